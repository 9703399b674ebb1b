#include "support/fake_aws/router.h"

#include <algorithm>
#include <mutex>

#include "support/fake_aws/cbor.h"
#include "support/fake_aws/control.h"
#include "support/fake_aws/encoding.h"
#include "support/fake_aws/signature.h"

namespace kinesight::support::fake {
namespace {

struct Target {
  std::string service;
  std::string action;
};

Target target_of(const HttpRequest& head) {
  const std::string& target = head.header("X-Amz-Target");
  const std::string action = target.substr(target.find('.') + 1);
  if (target.starts_with("Kinesis_20131202.")) return {"kinesis", action};
  if (target.starts_with("DynamoDB_20120810.")) return {"dynamodb", action};
  if (const std::string service = Metadata::service_of(head.path); !service.empty()) {
    return {service, Metadata::action_of(head)};
  }
  const bool form = head.header("Content-Type").starts_with("application/x-www-form-urlencoded");
  if (scope_service(head) == "sts" || (form && head.path == "/")) return {"sts", ""};
  return {"s3", S3::action_of(head)};
}

bool is_signed_action(const Call& call) {
  const bool gives_credentials = call.service == "imds" || call.service == "container";
  return !gives_credentials && call.action != "AssumeRoleWithWebIdentity";
}

/// Broken on its way, after the request was (or was not) executed.
void spoil(const Call& call, Answer& answer) {
  for (const Fault& fault : call.faults) {
    switch (fault.kind) {
      case FaultKind::reset_unread:
      case FaultKind::reset_before:
      case FaultKind::reset_after:
        answer.ending = Ending::reset;
        break;
      case FaultKind::cut:
        answer.ending = Ending::cut;
        break;
      case FaultKind::slow:
        answer.delay_before = fault.delay;
        break;
      case FaultKind::stall:
        answer.delay_within = fault.delay;
        break;
      case FaultKind::garbage:
        answer.response.status = 200;
        answer.response.body = "\x1f\x8b}{ this is neither JSON nor XML <";
        break;
      default:
        break;
    }
  }
}

bool is_error(FaultKind kind) { return kind <= FaultKind::error; }

/// Whether the client can take the answer for what it says.
bool is_honest(const std::vector<Fault>& faults) {
  return std::ranges::none_of(
      faults, [](const Fault& fault) { return is_whole(fault.kind) && !is_error(fault.kind); });
}

class ApiExchange final : public Exchange {
 public:
  ApiExchange(Router& router, Target target, std::vector<Fault> faults)
      : router_(router), target_(std::move(target)), faults_(std::move(faults)) {}

  Answer answer(HttpRequest& request) override {
    if (target_.action.empty()) {  // STS tells it in the body.
      target_.action = Sts::action_of(request);
      faults_ = router_.meet(target_.service, target_.action);
    }
    Call call{request, target_.service, target_.action, faults_};
    return router_.answer(call);
  }

  void lost() override {
    if (!is_honest(faults_)) return;
    router_.world().ledger.count(target_.service + ':' + target_.action,
                                 [](ActionCounts& counts) { --counts.answered; });
  }

 private:
  Router& router_;
  Target target_;
  std::vector<Fault> faults_;
};

class ControlExchange final : public Exchange {
 public:
  explicit ControlExchange(Router& router) : router_(router) {}
  Answer answer(HttpRequest& request) override {
    Answer answer;
    answer.response = control(router_, request);
    return answer;
  }
  void lost() override {}

 private:
  Router& router_;
};

}  // namespace

Router::Router(const FakeAwsOptions& options)
    : check_signatures_(options.check_signatures),
      world_(options.seed, options.keep),
      kinesis_(world_, {.shard_limits = options.shard_limits,
                        .read_limits = options.read_limits,
                        .creating = options.creating,
                        .iterator_seconds = options.iterator_seconds}),
      dynamodb_(world_, options.creating),
      s3_(world_),
      sts_(world_, keys_),
      metadata_(
          world_, keys_,
          {.credential_seconds = options.credential_seconds, .container_token = options.container_token}) {}

std::vector<Fault> Router::meet(const std::string& service, const std::string& action) {
  std::vector<Fault> faults = world_.faults.deal(service, action);
  world_.ledger.count(service + ':' + action, [&](ActionCounts& counts) {
    ++counts.seen;
    for (const Fault& fault : faults) ++counts.faults[std::string(to_string(fault.kind))];
  });
  return faults;
}

std::unique_ptr<Exchange> Router::begin(const HttpRequest& head) {
  if (is_control(head)) return std::make_unique<ControlExchange>(*this);
  Target target = target_of(head);
  std::vector<Fault> faults;
  if (!target.action.empty()) faults = meet(target.service, target.action);
  const bool unread = std::ranges::count(faults, FaultKind::reset_unread, &Fault::kind) > 0;
  if (unread) return nullptr;
  return std::make_unique<ApiExchange>(*this, std::move(target), std::move(faults));
}

Answer Router::answer(Call& call) {
  const std::shared_lock lock(resetting_);
  const std::string request_id = fmt::format("00000000-0000-4000-8000-{:012x}", ++requests_);
  Answer answer;
  answer.response = execute_or_refuse(call, request_id);
  if (in_cbor(call.http)) answer_in_cbor(answer.response);
  spoil(call, answer);
  answer.head_only = call.http.method == "HEAD";
  answer.response.headers.emplace("Date", http_date(world_.now()));
  answer.response.headers.emplace("Server", "fake-aws");
  answer.response.headers.emplace(call.service == "s3" ? "x-amz-request-id" : "x-amzn-RequestId", request_id);
  if (is_honest(call.faults)) {
    world_.ledger.count(call.service + ':' + call.action, [](ActionCounts& counts) { ++counts.answered; });
  }
  return answer;
}

HttpResponse Router::execute_or_refuse(Call& call, const std::string& request_id) {
  try {
    if (check_signatures_ && is_signed_action(call)) {
      call.caller_arn = check_signature(call, keys_, world_.now()).arn;
    }
    return execute(call);
  } catch (const ServiceError& error) {
    return answer_error(call, error, request_id);
  } catch (const nlohmann::json::exception& error) {
    return answer_error(call, ServiceError(400, "SerializationException", "{}", error.what()), request_id);
  }
}

HttpResponse Router::execute(Call& call) {
  const auto whole =
      std::ranges::find_if(call.faults, [](const Fault& fault) { return is_whole(fault.kind); });
  if (whole != call.faults.end() && !executes(*whole)) {
    if (is_error(whole->kind)) throw error_of(call, *whole, world_.now());
    return {};
  }
  HttpResponse response = service_of(call).handle(call);
  world_.ledger.count(call.service + ':' + call.action, [](ActionCounts& counts) { ++counts.executed; });
  if (whole != call.faults.end() && is_error(whole->kind)) throw error_of(call, *whole, world_.now());
  return response;
}

Service& Router::service_of(const Call& call) {
  if (call.service == "kinesis") return kinesis_;
  if (call.service == "dynamodb") return dynamodb_;
  if (call.service == "sts") return sts_;
  if (call.service == "s3") return s3_;
  return metadata_;
}

void Router::reset() {
  const std::unique_lock lock(resetting_);
  kinesis_.reset();
  dynamodb_.reset();
  s3_.reset();
  world_.faults.clear();
  world_.ledger.clear();
  world_.clock_offset_ms = 0;
  world_.held_ms = 0;
}

std::string permission_of(const std::string& action) {
  if (action == "s3:HeadObject") return "s3:GetObject";
  if (action == "s3:HeadBucket" || action == "s3:ListObjectsV2") return "s3:ListBucket";
  if (action == "s3:ListBuckets") return "s3:ListAllMyBuckets";
  return action;
}

}  // namespace kinesight::support::fake
