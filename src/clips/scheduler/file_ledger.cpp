// file_ledger(): what one replica keeps on its machine.
#include <algorithm>
#include <map>

#include "clips/scheduler/ledger_text.h"
#include "config/replace_file.h"
#include "config/text_file.h"

namespace kinesight::clips {
namespace {

constexpr std::size_t kMostBytes = 16 * 1024 * 1024;

class FileLedger final : public Ledger {
 public:
  FileLedger(std::filesystem::path file, std::function<std::int64_t()> now_ms)
      : file_(std::move(file)), now_ms_(std::move(now_ms)) {}

  Result<> load() {
    std::error_code code;
    if (!std::filesystem::exists(file_, code)) return {};
    const auto text = config::read_file(file_, kMostBytes);
    if (!text) return fail(ErrorKind::unavailable, "{}: {}", file_.string(), text.error().message);
    const auto json = nlohmann::json::parse(*text, nullptr, false);
    for (const auto& [camera_id, entry] : json.items()) {
      const auto scheduled = scheduled_of(entry);
      if (!json.is_object() || !scheduled) {
        return fail(ErrorKind::corrupt, "{}: expected what the scheduler writes; delete it to begin anew",
                    file_.string());
      }
      cameras_[camera_id] = *scheduled;
      last_id_ = std::max(last_id_, scheduled->process_id);
    }
    return {};
  }

  Result<std::optional<Scheduled>> last(const std::string& camera_id) override {
    const auto found = cameras_.find(camera_id);
    if (found == cameras_.end()) return std::nullopt;
    return found->second;
  }

  Result<> note(const std::string& camera_id, const Scheduled& scheduled) override {
    auto cameras = cameras_;
    cameras[camera_id] = scheduled;
    nlohmann::json json = nlohmann::json::object();
    for (const auto& [id, entry] : cameras) json[id] = to_json(entry);
    if (auto written = config::replace_file(file_, json.dump()); !written) return written;
    cameras_ = std::move(cameras);
    return {};
  }

  Result<std::int64_t> next_process_id() override { return last_id_ = std::max(last_id_ + 1, now_ms_()); }

 private:
  const std::filesystem::path file_;
  const std::function<std::int64_t()> now_ms_;
  std::map<std::string, Scheduled> cameras_;
  std::int64_t last_id_ = 0;
};

}  // namespace

Result<std::unique_ptr<Ledger>> file_ledger(const std::filesystem::path& file,
                                            std::function<std::int64_t()> now_ms) {
  auto ledger = std::make_unique<FileLedger>(file, std::move(now_ms));
  if (auto loaded = ledger->load(); !loaded) return std::unexpected(loaded.error());
  return ledger;
}

}  // namespace kinesight::clips
