// cache_ledger(): what the replicas share.
#include "clips/scheduler/ledger_text.h"

namespace kinesight::clips {
namespace {

constexpr auto kLives = std::chrono::hours(7 * 24);

std::string key(const std::string& camera_id) { return "s2:scheduled:" + camera_id; }

class CacheLedger final : public Ledger {
 public:
  explicit CacheLedger(Cache& cache) : cache_(cache) {}

  Result<std::optional<Scheduled>> last(const std::string& camera_id) override {
    const auto text = cache_.get(key(camera_id));
    if (!text) return std::unexpected(text.error());
    if (!*text) return std::nullopt;
    const auto scheduled = scheduled_of(nlohmann::json::parse(**text, nullptr, false));
    if (!scheduled) {
      return fail(ErrorKind::corrupt,
                  "{}: expected what the scheduler writes, found something else; delete the key",
                  key(camera_id));
    }
    return scheduled;
  }

  Result<> note(const std::string& camera_id, const Scheduled& scheduled) override {
    return cache_.set(key(camera_id), to_json(scheduled).dump(), kLives);
  }

  Result<std::int64_t> next_process_id() override { return cache_.increment(kProcessIdKey); }

 private:
  Cache& cache_;
};

}  // namespace

std::unique_ptr<Ledger> cache_ledger(Cache& cache) { return std::make_unique<CacheLedger>(cache); }

}  // namespace kinesight::clips
