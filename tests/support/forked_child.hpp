// A copy of the test's process that does something on its own and may be killed in the middle of it.
//
// fork(2) copies the calling thread alone: make one before the test starts threads, and threads in the child as needed.
#pragma once

#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>

namespace larder::test {

// One end of a two-way line of text between parent and child.
class Channel {
 public:
  explicit Channel(int descriptor) : descriptor_(descriptor) {}
  ~Channel() { ::close(descriptor_); }
  Channel(const Channel&) = delete;
  Channel& operator=(const Channel&) = delete;

  void say(const std::string& line) {
    std::string message = line + "\n";
    if (::send(descriptor_, message.data(), message.size(), MSG_NOSIGNAL) != static_cast<::ssize_t>(message.size())) {
      throw std::runtime_error("the other process has gone");
    }
  }
  // The next line; "" when the other side has closed. Throws if nothing comes within `timeout`.
  std::string hear(std::chrono::milliseconds timeout = std::chrono::seconds(30)) {
    auto end = heard_.find('\n');
    while (end == std::string::npos) {
      pollfd ready{descriptor_, POLLIN, 0};
      if (::poll(&ready, 1, static_cast<int>(timeout.count())) <= 0) throw std::runtime_error("nothing was said");
      std::array<char, 4096> buffer{};
      auto count = ::read(descriptor_, buffer.data(), buffer.size());
      if (count <= 0) return "";
      heard_.append(buffer.data(), static_cast<std::size_t>(count));
      end = heard_.find('\n');
    }
    auto line = heard_.substr(0, end);
    heard_.erase(0, end + 1);
    return line;
  }

 private:
  int descriptor_;
  std::string heard_;
};

class ForkedChild {
 public:
  // `body` returns the exit status; an exception makes it 99. Nothing of the parent's is destroyed in the child.
  explicit ForkedChild(const std::function<int(Channel&)>& body) {
    std::array<int, 2> ends{};
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) throw std::runtime_error("socketpair");
    pid_ = ::fork();
    if (pid_ < 0) throw std::runtime_error("fork");
    if (pid_ == 0) {
      ::close(ends[0]);
      int status = 99;
      try {
        Channel parent(ends[1]);
        status = body(parent);
      } catch (const std::exception& e) {
        std::fprintf(stderr, "in the child: %s\n", e.what());
      }
      ::_exit(status);
    }
    ::close(ends[1]);
    channel_ = std::make_unique<Channel>(ends[0]);
  }
  ~ForkedChild() { kill(); }
  ForkedChild(const ForkedChild&) = delete;
  ForkedChild& operator=(const ForkedChild&) = delete;

  Channel& channel() { return *channel_; }
  // Ends the child as a power cut would, at whatever it does.
  void kill() {
    if (pid_ <= 0) return;
    ::kill(pid_, SIGKILL);
    ::waitpid(std::exchange(pid_, -1), nullptr, 0);
  }
  // Waits for its end; the exit status, or -1 if a signal ended it.
  int wait() {
    int status = 0;
    ::waitpid(std::exchange(pid_, -1), &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }

 private:
  ::pid_t pid_ = -1;
  std::unique_ptr<Channel> channel_;
};

}  // namespace larder::test
