// The keeper of a server under test (tests/keeper.py), which has things done to it: "kill", "start", …
#pragma once

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>
#include <string>

namespace kinesight::support {

/// Sends the keeper at the port of loopback that the variable `port_variable` names one line; its answer,
/// which begins with "done\n" where all went well. Empty: there is no keeper.
inline std::string ask_keeper(const char* port_variable, const std::string& command) {
  const char* port = std::getenv(port_variable);
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port ? std::atoi(port) : 0));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  std::string answer;
  if (::connect(socket, reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0) {
    const std::string line = command + "\n";
    ::send(socket, line.data(), line.size(), MSG_NOSIGNAL);
    char part[4096];
    for (ssize_t got = 0; (got = ::recv(socket, part, sizeof(part), 0)) > 0;)
      answer.append(part, static_cast<std::size_t>(got));
  }
  ::close(socket);
  return answer;
}

}  // namespace kinesight::support
