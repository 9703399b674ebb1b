// A small HTTP/1.1 server on loopback, made to misbehave: one thread a connection, keep-alive.
#pragma once

#include <condition_variable>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <thread>

#include "support/fake_aws/http.h"

namespace kinesight::support::fake {

class HttpReader;

class SocketServer {
 public:
  /// Called with the head of each request; without an exchange the connection is reset, the body unread.
  using Begin = std::function<std::unique_ptr<Exchange>(const HttpRequest& head)>;

  /// Listens on 127.0.0.1:`port` at once (0: any free port). Throws std::system_error when it cannot.
  SocketServer(int port, Begin begin);
  /// Cuts all connections and joins their threads.
  ~SocketServer();
  SocketServer(const SocketServer&) = delete;
  SocketServer& operator=(const SocketServer&) = delete;

  int port() const { return port_; }
  /// Connections accepted so far.
  int connections() const;

 private:
  struct Connection {
    int socket = -1;
    bool over = false;  ///< Its thread is about to end.
    std::thread thread;
  };

  void accept_all();
  void serve(Connection& connection);
  void reap();
  bool exchange(int socket, HttpReader& reader);
  bool send(int socket, const Answer& answer);
  /// Waits out an answer's delay; false when the server stops meanwhile.
  bool pause(std::chrono::milliseconds delay);

  const Begin begin_;
  int listener_ = -1;
  int port_ = 0;
  mutable std::mutex mutex_;
  std::condition_variable stopped_;
  bool stopping_ = false;
  int accepted_ = 0;
  std::list<Connection> connections_;
  std::thread acceptor_;
};

}  // namespace kinesight::support::fake
