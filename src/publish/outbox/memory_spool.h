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
  /// `max_bytes` of payload; what a drain has read no longer counts. The clock is the drain's.
  MemorySpool(std::size_t max_entries, std::size_t max_bytes, Clock& clock = Clock::system());
  ~MemorySpool() override;

  /// Takes all of `entries`, in order (they are left empty), and gives them their sequences; one that is
  /// larger than max_bytes is taken when nothing else is there. False when `stop` came first: then some of
  /// the first may have been taken. Any thread.
  bool push(std::span<Entry> entries, std::stop_token stop);
  /// What was buried: counted, its error kept by the caller's log alone.
  std::uint64_t buried() const;

  Result<> read(std::size_t max_entries, std::size_t max_bytes, std::vector<Entry>& into) override;
  void wait(std::size_t enough, Clock::Steady deadline, std::stop_token stop) override;
  std::uint64_t last() const override;
  Result<> sending(std::span<const std::uint64_t> sequences) override;
  Result<> settle(std::span<const std::uint64_t> done, std::span<const std::uint64_t> again) override;
  Result<> bury(const Entry& entry, const Error& error, int tries) override;
  bool maybe_sent(std::uint64_t sequence) const override;
  std::uint64_t dropped() const override { return 0; }

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace kinesight::publish
