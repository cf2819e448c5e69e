#include "service_manager.hpp"

#include <spdlog/spdlog.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

namespace larder::daemon {

// The protocol is one datagram, and part of systemd's stable interface: a library for it would be the larger part.
void tellServiceManager(std::string_view state) {
  const char* path = std::getenv("NOTIFY_SOCKET");
  if (!path || !*path) return;
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::size_t length = std::strlen(path);
  if (length >= sizeof address.sun_path || (*path != '/' && *path != '@')) {
    spdlog::warn("service_manager.notify_failed reason=\"NOTIFY_SOCKET is not a valid socket path\"");
    return;
  }
  std::memcpy(address.sun_path, path, length);
  if (*path == '@') address.sun_path[0] = '\0';  // in the abstract namespace (unix(7))
  int socket = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + length);
  bool isSent = socket >= 0 && ::sendto(socket, state.data(), state.size(), MSG_NOSIGNAL,
                                        reinterpret_cast<const sockaddr*>(&address), size) >= 0;
  if (!isSent) spdlog::warn("service_manager.notify_failed reason=\"{}\"", std::strerror(errno));
  if (socket >= 0) ::close(socket);
}

}  // namespace larder::daemon
