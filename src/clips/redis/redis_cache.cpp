#include "clips/redis/redis_cache.h"

#include <fmt/format.h>
#include <hiredis/hiredis.h>

#include <initializer_list>
#include <mutex>
#include <string_view>
#include <vector>

namespace kinesight::clips {
namespace {

constexpr timeval kPatience{.tv_sec = 0, .tv_usec = 500'000};
constexpr Clock::Duration kPause = std::chrono::seconds(1);

struct Free {
  void operator()(redisContext* context) const { redisFree(context); }
  void operator()(redisReply* reply) const { freeReplyObject(reply); }
};
using Context = std::unique_ptr<redisContext, Free>;
using Reply = std::unique_ptr<redisReply, Free>;
using Words = std::initializer_list<std::string_view>;

/// Only who still holds the value may touch it: read and write are one step.
constexpr std::string_view kProlong =
    "if redis.call('get',KEYS[1])==ARGV[1] then return redis.call('pexpire',KEYS[1],ARGV[2]) else return 0 "
    "end";
constexpr std::string_view kRemove =
    "if redis.call('get',KEYS[1])==ARGV[1] then return redis.call('del',KEYS[1]) else return 0 end";

class RedisCache final : public Cache {
 public:
  RedisCache(RedisOptions options, Clock& clock) : options_(std::move(options)), clock_(clock) {}

  Result<std::optional<std::string>> get(const std::string& key) override {
    const auto reply = ask({"GET", key});
    if (!reply) return std::unexpected(reply.error());
    if ((*reply)->type == REDIS_REPLY_NIL) return std::nullopt;
    if ((*reply)->type != REDIS_REPLY_STRING) return unexpected_answer("GET");
    return std::string((*reply)->str, (*reply)->len);
  }

  Result<> set(const std::string& key, const std::string& value, std::chrono::milliseconds lives) override {
    const auto reply = ask({"SET", key, value, "PX", std::to_string(lives.count())});
    if (!reply) return std::unexpected(reply.error());
    if ((*reply)->type != REDIS_REPLY_STATUS) return unexpected_answer("SET");
    return {};
  }

  Result<bool> add(const std::string& key, const std::string& value,
                   std::chrono::milliseconds lives) override {
    const auto reply = ask({"SET", key, value, "NX", "PX", std::to_string(lives.count())});
    if (!reply) return std::unexpected(reply.error());
    return (*reply)->type == REDIS_REPLY_STATUS;
  }

  Result<bool> prolong(const std::string& key, const std::string& value,
                       std::chrono::milliseconds lives) override {
    return yes_or_no({"EVAL", kProlong, "1", key, value, std::to_string(lives.count())});
  }

  Result<bool> remove(const std::string& key, const std::string& value) override {
    return yes_or_no({"EVAL", kRemove, "1", key, value});
  }

  Result<std::int64_t> increment(const std::string& key) override { return number({"INCR", key}); }

 private:
  Result<bool> yes_or_no(Words words) {
    const auto count = number(words);
    if (!count) return std::unexpected(count.error());
    return *count != 0;
  }

  Result<std::int64_t> number(Words words) {
    const auto reply = ask(words);
    if (!reply) return std::unexpected(reply.error());
    if ((*reply)->type != REDIS_REPLY_INTEGER) return unexpected_answer(*words.begin());
    return (*reply)->integer;
  }

  Result<Reply> ask(Words words) {
    std::lock_guard lock(mutex_);
    if (auto connected = connect(); !connected) return std::unexpected(connected.error());
    return said(words);
  }

  /// Sends the words and waits for the answer; the connection is dropped when there is none.
  Result<Reply> said(Words words) {
    std::vector<const char*> texts;
    std::vector<std::size_t> lengths;
    for (const auto word : words) {
      texts.push_back(word.data());
      lengths.push_back(word.size());
    }
    Reply reply(static_cast<redisReply*>(
        redisCommandArgv(context_.get(), static_cast<int>(texts.size()), texts.data(), lengths.data())));
    if (!reply) return lost(context_->errstr);
    if (reply->type != REDIS_REPLY_ERROR) return reply;
    return refused(*words.begin(), {reply->str, reply->len});
  }

  Result<> connect() {
    if (context_) return {};
    if (clock_.steady() < not_before_) return std::unexpected(last_error_);
    context_.reset(redisConnectWithTimeout(options_.host.c_str(), options_.port, kPatience));
    if (!context_) return lost("out of memory");
    if (context_->err != 0) return lost(context_->errstr);
    if (redisSetTimeout(context_.get(), kPatience) != REDIS_OK) return lost(context_->errstr);
    if (auto in = introduce(); !in) {
      const Error error = in.error();
      return lost(error.message, error.kind);
    }
    return {};
  }

  /// A new connection knows nothing of the one before.
  Result<> introduce() {
    if (!options_.password.empty()) {
      const auto in = options_.username.empty() ? said({"AUTH", options_.password})
                                                : said({"AUTH", options_.username, options_.password});
      if (!in) return std::unexpected(in.error());
    }
    if (options_.database == 0) return {};
    const auto in = said({"SELECT", std::to_string(options_.database)});
    if (!in) return std::unexpected(in.error());
    return {};
  }

  std::unexpected<Error> lost(std::string_view why, ErrorKind kind = ErrorKind::unavailable) {
    last_error_ = {kind, fmt::format("Redis at {}:{}: {}", options_.host, options_.port, why)};
    context_.reset();
    not_before_ = clock_.steady() + kPause;
    return std::unexpected(last_error_);
  }

  std::unexpected<Error> refused(std::string_view command, std::string_view why) const {
    const auto begins = [&](std::string_view code) { return why.starts_with(code); };
    auto kind = ErrorKind::unavailable;
    if (begins("NOAUTH") || begins("WRONGPASS") || begins("NOPERM") || begins("ERR invalid password")) {
      kind = ErrorKind::denied;
    } else if (begins("WRONGTYPE") || begins("ERR value is not an integer")) {
      kind = ErrorKind::invalid;
    }
    return fail(kind, "Redis at {}:{} refuses {}: {}", options_.host, options_.port, command, why);
  }

  std::unexpected<Error> unexpected_answer(std::string_view command) const {
    return fail(ErrorKind::corrupt, "Redis at {}:{} answers {} as nobody expects it", options_.host,
                options_.port, command);
  }

  const RedisOptions options_;
  Clock& clock_;
  std::mutex mutex_;
  Context context_;
  Clock::Steady not_before_{};
  Error last_error_;
};

}  // namespace

const config::Table& RedisOptions::table() {
  static const config::Table table =
      config::describe<RedisOptions>(
          "redis",
          "What the replicas share: discovered cameras, numbers of processes, whose "
          "turn it is. Without it each finds out by itself, and one schedules.")
          .option("host", &RedisOptions::host, "The server's name or address; empty: there is none.")
          .env("REDIS_HOST")
          .option("port", &RedisOptions::port, "Its port. It is spoken to without TLS.")
          .range(1, 65535)
          .env("REDIS_PORT")
          .option("username", &RedisOptions::username, "The user, where Redis has several.")
          .option("password", &RedisOptions::password, "Its password; empty: none is asked for.")
          .secret()
          .env("REDIS_PASSWORD")
          .option("database", &RedisOptions::database, "The number of the database.")
          .range(0, 1e6)
          .option("ttl_seconds", &RedisOptions::ttl_seconds, "How long discovered cameras are remembered.")
          .range(1, 86400 * 7);
  return table;
}

std::unique_ptr<Cache> redis_cache(const RedisOptions& options, Clock& clock) {
  return std::make_unique<RedisCache>(options, clock);
}

}  // namespace kinesight::clips
