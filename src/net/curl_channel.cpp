#include "net/curl_channel.h"

#include <algorithm>
#include <optional>
#include <stdexcept>

#include "net/curl_failure.h"

namespace kinesight::net {
namespace {

// Fewer system calls for the requests of hundreds of kilobytes that batches of events are.
constexpr long kUploadBufferBytes = 256 * 1024;
constexpr long kDownloadBufferBytes = 64 * 1024;
// Services end idle connections after a minute or less; one that is older is not worth a try.
constexpr long kOldestConnectionSeconds = 50;

long milliseconds(Clock::Duration length) {
  return std::max(1L, static_cast<long>(length / std::chrono::milliseconds(1)));
}

/// Notices when nothing has moved for a while.
class IdleWatch {
 public:
  explicit IdleWatch(Clock::Duration limit) : limit_(limit) {}

  /// `moved` counts bytes in both directions. How long the exchange may stay as it is; nothing when it has
  /// stayed too long.
  std::optional<Clock::Duration> left(curl_off_t moved) {
    const auto now = std::chrono::steady_clock::now();
    if (moved != moved_) {
      moved_ = moved;
      since_ = now;
    }
    const Clock::Duration left = limit_ - (now - since_);
    return left > Clock::Duration::zero() ? std::optional(left) : std::nullopt;
  }

 private:
  const Clock::Duration limit_;
  curl_off_t moved_ = -1;
  std::chrono::steady_clock::time_point since_;
};

/// Bytes of the exchange so far, in both directions.
curl_off_t moved(CURL* easy, const CurlExchange& exchange) {
  curl_off_t sent = 0;
  curl_easy_getinfo(easy, CURLINFO_SIZE_UPLOAD_T, &sent);
  return sent + static_cast<curl_off_t>(exchange.received()) + (exchange.began() ? 1 : 0);
}

/// How the only transfer of `multi` ended; nothing while it goes on.
std::optional<CURLcode> outcome(CURLM* multi) {
  int left = 0;
  while (const CURLMsg* message = curl_multi_info_read(multi, &left))
    if (message->msg == CURLMSG_DONE) return message->data.result;
  return std::nullopt;
}

/// Takes the transfer out of the multi handle when it goes out of scope; one that still runs ends there.
class Transfer {
 public:
  Transfer(CURLM* multi, CURL* easy) : multi_(multi), easy_(easy) { curl_multi_add_handle(multi_, easy_); }
  ~Transfer() { curl_multi_remove_handle(multi_, easy_); }
  Transfer(const Transfer&) = delete;
  Transfer& operator=(const Transfer&) = delete;

 private:
  CURLM* multi_;
  CURL* easy_;
};

bool breaks_a_header(const Header& header) {
  constexpr std::string_view kBreaking("\r\n\0", 3);
  return header.name.empty() || header.name.find_first_of(": ") != std::string::npos ||
         header.name.find_first_of(kBreaking) != std::string::npos ||
         header.value.find_first_of(kBreaking) != std::string::npos;
}

}  // namespace

CurlChannel::CurlChannel(const CurlOptions& options, const Url& url)
    : origin_(url.origin()), multi_(curl_multi_init()), easy_(curl_easy_init()) {
  if (!multi_ || !easy_)
    throw std::runtime_error("libcurl could not be set up: out of memory or descriptors");
  set_up(options, url);
}

CurlChannel::~CurlChannel() = default;

/// What is the same for all requests.
void CurlChannel::set_up(const CurlOptions& options, const Url& url) {
  CURL* easy = easy_.get();
  curl_multi_setopt(multi_.get(), CURLMOPT_MAXCONNECTS, 1L);
  curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, detail_);
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);  // A name look-up in a thread does not hold us up.
  curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(easy, CURLOPT_PATH_AS_IS, 1L);  // What was signed is what is sent.
  curl_easy_setopt(easy, CURLOPT_USERAGENT, options.user_agent.c_str());
  curl_easy_setopt(easy, CURLOPT_TCP_NODELAY, 1L);
  curl_easy_setopt(easy, CURLOPT_TCP_KEEPALIVE, 1L);
  curl_easy_setopt(easy, CURLOPT_MAXAGE_CONN, kOldestConnectionSeconds);
  curl_easy_setopt(easy, CURLOPT_UPLOAD_BUFFERSIZE, kUploadBufferBytes);
  curl_easy_setopt(easy, CURLOPT_BUFFERSIZE, kDownloadBufferBytes);

  curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 1L);
  curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 2L);
  curl_easy_setopt(easy, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  if (!options.ca_bundle
           .empty()) {  // It stands in for the system's authorities, in both of libcurl's places.
    curl_easy_setopt(easy, CURLOPT_CAINFO, options.ca_bundle.c_str());
    curl_easy_setopt(easy, CURLOPT_CAPATH, nullptr);
    curl_easy_setopt(easy, CURLOPT_PROXY_CAINFO, options.ca_bundle.c_str());
    curl_easy_setopt(easy, CURLOPT_PROXY_CAPATH, nullptr);
  }

  // Set even when empty: else libcurl would ask the environment by itself.
  const std::string& proxy = url.scheme == "https" ? options.https_proxy : options.http_proxy;
  curl_easy_setopt(easy, CURLOPT_PROXY, proxy.c_str());
  curl_easy_setopt(easy, CURLOPT_NOPROXY, options.no_proxy.c_str());
  curl_easy_setopt(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
}

Result<CurlChannel::HeaderList> CurlChannel::header_list(const Request& request) {
  HeaderList list;
  const auto add = [&list](const std::string& line) {
    curl_slist* longer = curl_slist_append(list.get(), line.c_str());
    if (!longer) throw std::bad_alloc();
    (void)list.release();
    list.reset(longer);
  };
  // Without a value: libcurl leaves its own out.
  for (const char* name : {"Accept", "Content-Type", "Expect"})
    if (!find(request.headers, name)) add(std::string(name) + ":");
  for (const Header& header : request.headers) {
    if (breaks_a_header(header))
      return fail(ErrorKind::invalid, "a header of the request has a line break or is not named properly");
    add(header.value.empty() ? header.name + ";" : header.name + ": " + header.value);
  }
  return list;
}

/// What is of this request alone.
void CurlChannel::prepare(const Request& request, curl_slist* headers) {
  CURL* easy = easy_.get();
  detail_[0] = '\0';
  curl_easy_setopt(easy, CURLOPT_URL, request.url.c_str());
  curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers);
  curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, milliseconds(request.timeouts.connect));
  curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, milliseconds(request.timeouts.total));

  const auto length = request.body_file ? request.body_file->length : request.body.size();
  const bool carries_body = length > 0 || request.method == "POST" || request.method == "PUT";
  curl_easy_setopt(easy, CURLOPT_NOBODY, request.method == "HEAD" ? 1L : 0L);
  if (carries_body) {
    curl_easy_setopt(easy, CURLOPT_POST, 1L);
    curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(length));
  } else if (request.method != "HEAD") {
    curl_easy_setopt(easy, CURLOPT_HTTPGET, 1L);
  }
  curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, request.method.c_str());
}

std::expected<Response, Failure> CurlChannel::exchange(const Request& request, const Url& url,
                                                       std::stop_token stop) {
  const auto headers = header_list(request);
  if (!headers) return std::unexpected(Failure{headers.error()});
  prepare(request, headers->get());
  CurlExchange exchange(request);
  exchange.attach(easy_.get());
  return drive(request, url, exchange, stop);
}

std::expected<Response, Failure> CurlChannel::drive(const Request& request, const Url& url,
                                                    CurlExchange& exchange, const std::stop_token& stop) {
  CURLM* multi = multi_.get();
  const Transfer transfer(multi, easy_.get());
  const std::stop_callback wake(stop, [multi] { curl_multi_wakeup(multi); });
  IdleWatch idle(request.timeouts.idle);
  while (true) {
    int running = 0;
    curl_multi_perform(multi, &running);
    if (const auto code = outcome(multi)) return finish(*code, request, url, exchange);
    if (stop.stop_requested()) return std::unexpected(cancelled(url, exchange.began()));
    // Until the connection is there, the limit on connecting is libcurl's to watch.
    auto patience = std::optional<Clock::Duration>(request.timeouts.total);
    if (exchange.began()) patience = idle.left(moved(easy_.get(), exchange));
    if (!patience) return std::unexpected(timed_out(url, "no byte", request.timeouts.idle, true));
    // Returns early for libcurl's own timers.
    curl_multi_poll(multi, nullptr, 0, static_cast<int>(milliseconds(*patience)) + 1, nullptr);
  }
}

std::expected<Response, Failure> CurlChannel::finish(CURLcode code, const Request& request, const Url& url,
                                                     CurlExchange& exchange) const {
  const bool began = exchange.began();
  if (exchange.trouble())
    return std::unexpected(Failure{.error = *exchange.trouble(), .sent = began, .here = true});
  if (exchange.too_long()) return std::unexpected(too_long(url, request.max_response_bytes));
  if (code == CURLE_OPERATION_TIMEDOUT) {
    const auto& limits = request.timeouts;
    return std::unexpected(
        began ? timed_out(url, "no whole answer", limits.total, true)
              : timed_out(url, "no connection", std::min(limits.connect, limits.total), false));
  }
  // libcurl takes headers that end in the middle for an answer.
  if (code == CURLE_OK && !exchange.headers_complete()) code = CURLE_PARTIAL_FILE;
  if (code != CURLE_OK)
    return std::unexpected(curl_failure(code, url, detail_[0] ? detail_ : curl_easy_strerror(code), began));
  long status = 0;
  curl_easy_getinfo(easy_.get(), CURLINFO_RESPONSE_CODE, &status);
  exchange.response().status = static_cast<int>(status);
  return std::move(exchange.response());
}

}  // namespace kinesight::net
