// A spool in memory, for producers that do without an outbox: what is in it is gone with the process.
#pragma once

#include <memory>
#include <span>
#include <stop_token>

#include "publish/outbox/spool.h"

namespace kinesight::publish {

/// A bounded queue of entries. push() waits while it is full.
class MemorySpool final : public Spool {
 public:
  MemorySpool(std::size_t max_entries, std::size_t max_bytes);
  ~MemorySpool() override;

  /// Takes all of `entries`; false when `stop` came first. Any thread.
  bool push(std::span<Entry> entries, std::stop_token stop);
  /// What was buried: counted, its error kept by the caller's log alone.
  std::uint64_t buried() const;

  Result<> read(std::size_t max_entries, std::size_t max_bytes, std::vector<Entry>& into) override;
  void wait(Clock::Steady deadline, std::stop_token stop) override;
  Result<> sending(std::span<const std::uint64_t> sequences) override;
  Result<> settle(std::span<const std::uint64_t> done, std::span<const std::uint64_t> again) override;
  Result<> bury(const Entry& entry, const Error& error, int tries) override;
  bool maybe_sent(std::uint64_t sequence) const override;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace kinesight::publish
