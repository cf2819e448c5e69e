// A child process that lives as long as a test: its standard input is held open, its standard output is read by line.
#pragma once

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace larder::test {

class ChildProcess {
 public:
  // `command[0]` is looked up in PATH. Throws std::runtime_error if it cannot be started.
  explicit ChildProcess(std::vector<std::string> command) {
    std::array<int, 2> input{};
    std::array<int, 2> output{};
    if (::pipe2(input.data(), O_CLOEXEC) != 0 || ::pipe2(output.data(), O_CLOEXEC) != 0) {
      throw std::runtime_error("pipe2 failed");
    }
    input_ = input[1];
    output_ = output[0];
    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_adddup2(&actions, input[0], STDIN_FILENO);
    ::posix_spawn_file_actions_adddup2(&actions, output[1], STDOUT_FILENO);
    std::vector<char*> arguments;
    for (auto& word : command) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    int failure = ::posix_spawnp(&pid_, arguments[0], &actions, nullptr, arguments.data(), environ);
    ::posix_spawn_file_actions_destroy(&actions);
    ::close(input[0]);
    ::close(output[1]);
    if (failure != 0) throw std::runtime_error("cannot start " + command[0]);
  }

  // Closes the child's input, which is to end it; kills it if it is still there after 5 s.
  ~ChildProcess() {
    ::close(input_);
    ::close(output_);
    auto until = std::chrono::steady_clock::now() + std::chrono::seconds(5);
    while (::waitpid(pid_, nullptr, WNOHANG) == 0) {
      if (std::chrono::steady_clock::now() > until) ::kill(pid_, SIGKILL);
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
  }
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  // The next line without its end. Throws std::runtime_error if none comes within `timeout`.
  std::string readLine(std::chrono::milliseconds timeout = std::chrono::seconds(100)) {
    auto until = std::chrono::steady_clock::now() + timeout;
    std::string line;
    char c = 0;
    while (true) {
      auto left = std::chrono::ceil<std::chrono::milliseconds>(until - std::chrono::steady_clock::now());
      pollfd ready{output_, POLLIN, 0};
      if (left.count() <= 0 || ::poll(&ready, 1, static_cast<int>(left.count())) <= 0 || ::read(output_, &c, 1) != 1) {
        throw std::runtime_error("the child process said nothing");
      }
      if (c == '\n') return line;
      line += c;
    }
  }

 private:
  pid_t pid_ = 0;
  int input_ = -1;
  int output_ = -1;
};

}  // namespace larder::test
