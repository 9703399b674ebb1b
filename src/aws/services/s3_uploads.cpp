// S3's uploads of files: in one request, and in parts.
#include "aws/error_answer.h"
#include "aws/services/s3.h"
#include "aws/services/s3_call.h"
#include "aws/xml.h"
#include "net/url.h"

namespace kinesight::aws {
namespace {

// From this length on S3 is asked whether it wants the body before it is sent.
constexpr std::uint64_t kAskFirstBytes = 1024 * 1024;
// S3 puts the parts together before it answers.
constexpr std::chrono::seconds kCompletionPatience(120);

Call sending(std::string_view action, std::string method, const net::FileRegion& body) {
  auto call = call_for(action, std::move(method));
  call.body_file = body;
  call.timeouts = timeouts_for(body.length);
  if (body.length >= kAskFirstBytes) call.headers.push_back({"Expect", "100-continue"});
  return call;
}

Result<> check_length(std::string_view action, const net::FileRegion& body) {
  if (body.length <= S3::kMaxPutBytes) return {};
  return fail(ErrorKind::invalid, "S3 {}: expected at most {} bytes, found {}", action, S3::kMaxPutBytes,
              body.length);
}

std::string query_of(std::string_view upload) { return "uploadId=" + net::percent_encode(upload); }

std::string part_list(const std::vector<std::string>& etags) {
  std::string xml = R"(<CompleteMultipartUpload xmlns="http://s3.amazonaws.com/doc/2006-03-01/">)";
  for (std::size_t i = 0; i < etags.size(); ++i)
    xml +=
        fmt::format("<Part><PartNumber>{}</PartNumber><ETag>{}</ETag></Part>", i + 1, xml_escape(etags[i]));
  return xml + "</CompleteMultipartUpload>";
}

}  // namespace

CallResult<> S3::put_file(const std::string& bucket, const std::string& key, const net::FileRegion& body,
                          const ObjectOptions& options, bool only_new, std::stop_token stop) const {
  auto checked = check_names(bucket, key);
  if (checked) checked = check_options(options);
  if (checked) checked = check_length("PutObject", body);
  if (!checked) return unexpected_call(checked.error());
  auto call = sending("PutObject", "PUT", body);
  call.body_sha256 = options.sha256;
  add_options(call, options);
  if (only_new) call.headers.push_back({"If-None-Match", "*"});
  const auto response = send_home(call, bucket, key, std::move(stop));
  if (!response) return std::unexpected(response.error());
  return {};
}

CallResult<std::string> S3::create_upload(const std::string& bucket, const std::string& key,
                                          const ObjectOptions& options, std::stop_token stop) const {
  auto checked = check_names(bucket, key);
  if (checked) checked = check_options(options);
  if (!checked) return unexpected_call(checked.error());
  auto call = call_for("CreateMultipartUpload", "POST");
  call.query = "uploads=";
  add_options(call, options);
  const auto response = send_home(call, bucket, key, std::move(stop));
  if (!response) return std::unexpected(response.error());
  const auto root = parse_xml(response->body);
  std::string upload(root ? root->text_at("UploadId") : std::string_view());
  if (!upload.empty()) return upload;
  return unexpected_call({ErrorKind::corrupt,
                          "S3 CreateMultipartUpload: expected an answer with an UploadId, found none; is the "
                          "endpoint an S3 service?"});
}

CallResult<std::string> S3::upload_part(const std::string& bucket, const std::string& key,
                                        const std::string& upload, int number, const net::FileRegion& body,
                                        std::stop_token stop) const {
  if (const auto checked = check_length("UploadPart", body); !checked)
    return unexpected_call(checked.error());
  auto call = sending("UploadPart", "PUT", body);
  call.query = fmt::format("partNumber={}&{}", number, query_of(upload));
  const auto response = send_home(call, bucket, key, std::move(stop));
  if (!response) return std::unexpected(response.error());
  if (const auto* etag = net::find(response->headers, "ETag")) return *etag;
  return unexpected_call({ErrorKind::corrupt,
                          "S3 UploadPart: expected an answer with an ETag, found none; is the endpoint an S3 "
                          "service?"});
}

CallResult<> S3::complete_upload(const std::string& bucket, const std::string& key, const std::string& upload,
                                 const std::vector<std::string>& etags, bool only_new,
                                 std::stop_token stop) const {
  auto call = call_for("CompleteMultipartUpload", "POST");
  call.query = query_of(upload);
  call.headers = {{"Content-Type", "application/xml"}};
  if (only_new) call.headers.push_back({"If-None-Match", "*"});
  const std::string list = part_list(etags);
  call.body = list;
  call.timeouts.idle = call.timeouts.total = kCompletionPatience;
  const auto response = send_home(call, bucket, key, std::move(stop));
  if (!response) return std::unexpected(response.error());
  // S3 may begin its answer before it knows: the body says how it went.
  const auto root = parse_xml(response->body);
  if (root && root->name == "CompleteMultipartUploadResult") return {};
  auto failed = call_error(read_error(*response, Protocol::ErrorFormat::xml), {.service = "S3",
                                                                               .permission = "s3",
                                                                               .action = call.action,
                                                                               .region = client_.region(),
                                                                               .credentials_source = "",
                                                                               .secrets = {}});
  if (!root || root->name != "Error") failed.error.kind = ErrorKind::corrupt;
  failed.uncertain = true;
  return std::unexpected(std::move(failed));
}

CallResult<> S3::abort_upload(const std::string& bucket, const std::string& key, const std::string& upload,
                              std::stop_token stop) const {
  auto call = call_for("AbortMultipartUpload", "DELETE");
  call.query = query_of(upload);
  call.max_attempts = 1;  // Somebody whose upload has failed waits for it.
  call.timeouts.total = std::chrono::seconds(10);
  const auto response = send(call, bucket, key, std::move(stop));
  if (!response) return std::unexpected(response.error());
  return {};
}

}  // namespace kinesight::aws
