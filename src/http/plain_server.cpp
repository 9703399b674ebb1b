#include "http/plain_server.h"

#include <exception>
#include <utility>

#include "http/answer_writer.h"
#include "http/connections.h"
#include "http/request_reader.h"

namespace kinesight::http {
namespace {

Outgoing refusal(int status, std::string message) {
  return {.status = status, .headers = {{"Content-Type", "text/plain"}}, .body = std::move(message) + "\n"};
}

}  // namespace

struct PlainServer::Impl {
  Impl(const PlainOptions& options, Handler answers, telemetry::Log& server_log, Listener&& bound)
      : max_body_bytes(options.max_body_bytes),
        handler(std::move(answers)),
        log(server_log),
        connections(std::move(bound),
                    {.threads = options.threads,
                     // As much again: chunks have headers of their own, and what is refused is drained.
                     .request_bytes = kMaxHeadBytes + 2 * options.max_body_bytes,
                     .request_time = options.request_time},
                    log) {}

  bool serve(ConnectionStream& stream, bool last);
  Outgoing answer(const Incoming& request);

  const std::size_t max_body_bytes;
  const Handler handler;
  telemetry::Log& log;
  Connections connections;
};

bool PlainServer::Impl::serve(ConnectionStream& stream, bool last) {
  const auto stop = connections.stop_token();
  auto received = read_request(stream, max_body_bytes);
  if (!received) {
    const auto& [status, message] = received.error();
    if (status != 0) {
      write_answer(stream, refusal(status, message), {.keep_alive = false}, stop);
      stream.drain();
    }
    return false;
  }
  Incoming& request = received->request;
  request.from_elsewhere = !peer_is_loopback(stream.socket());
  request.client_waits = [&stream] { return stream.is_writable(); };
  const Writing writing{.head_only = request.method == "HEAD", .keep_alive = received->keep_alive && !last};
  return write_answer(stream, answer(request), writing, stop);
}

Outgoing PlainServer::Impl::answer(const Incoming& request) {
  try {
    return handler(request, connections.stop_token());
  } catch (const std::exception& exception) {
    log.error(fmt::format("{} {} failed: {}", request.method, request.path, exception.what()));
    return refusal(500, "internal error; the log says more");
  }
}

PlainServer::PlainServer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

Result<std::unique_ptr<PlainServer>> PlainServer::start(const PlainOptions& options, Handler handler,
                                                        telemetry::Log& log) {
  auto listener = Listener::bind(options.host, options.port);
  if (!listener) return std::unexpected(listener.error());
  auto impl = std::make_unique<Impl>(options, std::move(handler), log, std::move(*listener));
  impl->connections.start([raw = impl.get()](auto& stream, bool last) { return raw->serve(stream, last); });
  return std::unique_ptr<PlainServer>(new PlainServer(std::move(impl)));
}

PlainServer::~PlainServer() { impl_->connections.stop(); }

int PlainServer::port() const { return impl_->connections.listener().port(); }

std::string PlainServer::url() const {
  return fmt::format("http://{}:{}", impl_->connections.listener().url_host(), port());
}

}  // namespace kinesight::http
