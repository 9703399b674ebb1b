#include "publish/outbox/send.h"

#include <algorithm>
#include <exception>
#include <utility>

namespace kinesight::publish::outbox {
namespace {

using Batch = std::span<const Entry* const>;

/// What the sink says; a delivery that throws, or answers for more or fewer than it was asked, is one that
/// failed, and nobody knows how far it came.
BatchResult ask(Delivery& delivery, Batch batch, const std::stop_token& stop) {
  const auto broken = [](std::string what) {
    return BatchResult{.whole = Error{ErrorKind::unavailable, std::move(what)}, .uncertain = true};
  };
  try {
    auto result = delivery.deliver(batch, stop);
    if (result.whole || result.outcomes.size() == batch.size()) return result;
    return broken(fmt::format("the sink {} answered for {} entries of {}", delivery.sink(),
                              result.outcomes.size(), batch.size()));
  } catch (const std::exception& exception) {
    return broken(std::string("unexpected exception: ") + exception.what());
  }
}

class Sender {
 public:
  Sender(Delivery& delivery, Batch batch, std::stop_token stop)
      : delivery_(delivery), batch_(batch), stop_(std::move(stop)) {
    sent_.outcomes.resize(batch.size(), Outcome{.verdict = Verdict::again});
  }

  /// Sends the entries from `begin` to before `end`, unless the sink has proved to be away.
  void send(std::size_t begin, std::size_t end) {
    if (sent_.away) return;
    if (stop_.stop_requested() && sent_.requests > 0) {
      sent_.away = Error{ErrorKind::cancelled, "stopped"};
      return;
    }
    auto result = ask(delivery_, batch_.subspan(begin, end - begin), stop_);
    ++sent_.requests;
    const auto outcomes = std::span(sent_.outcomes).subspan(begin, end - begin);
    if (!result.whole) {
      std::ranges::move(result.outcomes, outcomes.begin());
    } else if (result.whole->kind != ErrorKind::invalid) {
      for (auto& outcome : outcomes)
        outcome = {.verdict = Verdict::again, .uncertain = result.uncertain, .error = *result.whole};
      sent_.away = std::move(*result.whole);
      sent_.leave_alone = result.leave_alone;
    } else if (outcomes.size() == 1) {
      outcomes[0] = {.verdict = Verdict::refused, .error = std::move(*result.whole)};
    } else {
      const std::size_t middle = begin + outcomes.size() / 2;
      sent_.resent += outcomes.size();
      send(begin, middle);
      if (const auto free = first_not_held(middle, end); free < end) send(free, end);
    }
  }

  Sent take() { return std::move(sent_); }

 private:
  /// The first entry from `begin` on that does not have to wait for one of its own key, which was sent before
  /// it and is not in the sink. The entries of a key stand together.
  std::size_t first_not_held(std::size_t begin, std::size_t end) const {
    const std::string& key = batch_[begin - 1]->key;
    bool held = false;
    for (std::size_t i = begin; i-- > 0 && batch_[i]->key == key;) {
      const auto verdict = sent_.outcomes[i].verdict;
      held = held || verdict == Verdict::again || verdict == Verdict::throttled;
    }
    while (held && begin < end && batch_[begin]->key == key) ++begin;
    return begin;
  }

  Delivery& delivery_;
  const Batch batch_;
  const std::stop_token stop_;
  Sent sent_;
};

}  // namespace

Sent send(Delivery& delivery, Batch batch, const std::stop_token& stop) {
  Sender sender(delivery, batch, stop);
  sender.send(0, batch.size());
  return sender.take();
}

}  // namespace kinesight::publish::outbox
