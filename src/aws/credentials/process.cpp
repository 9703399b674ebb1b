// docs.aws.amazon.com/sdkref/latest/guide/feature-process-credentials.html
#include <utility>

#include "aws/credentials/answer.h"
#include "aws/credentials/program.h"
#include "aws/credentials/providers.h"

namespace kinesight::aws {
namespace {

constexpr Clock::Duration kLimit = std::chrono::seconds(30);

class ProcessProvider final : public CredentialsProvider {
 public:
  ProcessProvider(const Surroundings& surroundings, std::string profile)
      : surroundings_(surroundings), profile_(std::move(profile)) {}

  std::string_view name() const override { return "credential_process"; }

  Result<Credentials> get(std::stop_token stop) override {
    const auto shared = surroundings_.shared_config();
    if (!shared) return std::unexpected(shared.error());
    const std::string& name = profile_.empty() ? (*shared)->profile_name() : profile_;
    const Profile* profile = (*shared)->find(name);
    const Setting* command = profile == nullptr ? nullptr : profile->find("credential_process");
    if (command == nullptr) {
      return fail(ErrorKind::not_found, "the profile '{}' has no credential_process", name);
    }
    const auto words = split_words(command->text());
    if (!words) return wrap(words.error(), command->where);
    const auto output = run_program(*words, kLimit, std::move(stop));
    if (!output) return wrap(output.error(), command->where);
    auto credentials =
        read_answer(output->reveal(), {.token = "SessionToken", .must_expire = false, .has_version = true});
    if (!credentials) return wrap(credentials.error(), command->where);
    credentials->source = fmt::format("credential_process of the profile '{}'", name);
    return credentials;
  }

 private:
  const Surroundings surroundings_;
  const std::string profile_;
};

}  // namespace

ProviderPtr make_process_provider(const Surroundings& surroundings, std::string profile) {
  return std::make_shared<ProcessProvider>(surroundings, std::move(profile));
}

}  // namespace kinesight::aws
