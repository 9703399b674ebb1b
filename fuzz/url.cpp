// Any bytes as a URL: refused, or its parts make the same URL again and its canonical forms stay as they are.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "aws/canonical.h"
#include "net/url.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace kinesight;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto decoded = net::percent_decode(net::percent_encode(text));
  if (!decoded || *decoded != text) std::abort();

  const auto url = net::parse_url(text);
  if (!url) return 0;
  const auto again = net::parse_url(url->origin() + url->path + (url->query.empty() ? "" : "?" + url->query));
  if (!again || again->origin() != url->origin() || again->path != url->path || again->query != url->query)
    std::abort();
  const auto query = aws::canonical_query(url->query);
  if (aws::canonical_query(query) != query) std::abort();
  const auto path = aws::canonical_path(url->path, {.normalize = true, .double_encode = false});
  if (!path.starts_with('/') ||
      aws::canonical_path(path, {.normalize = true, .double_encode = false}) != path)
    std::abort();
  return 0;
}
