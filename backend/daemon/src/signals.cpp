#include "signals.hpp"

#include <poll.h>
#include <pthread.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <system_error>

namespace larder::daemon {
namespace {

int required(int descriptor, const char* what) {
  if (descriptor < 0) throw std::system_error(errno, std::generic_category(), what);
  return descriptor;
}

int openSignals() {
  std::signal(SIGPIPE, SIG_IGN);
  sigset_t waited;
  sigemptyset(&waited);
  for (int number : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&waited, number);
  pthread_sigmask(SIG_BLOCK, &waited, nullptr);
  return required(::signalfd(-1, &waited, SFD_CLOEXEC | SFD_NONBLOCK), "signalfd");
}

}  // namespace

MainEvents::MainEvents() : signals_(openSignals()), wakeups_(-1) {
  wakeups_ = required(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK), "eventfd");
}

MainEvents::~MainEvents() {
  ::close(signals_);
  ::close(wakeups_);
}

MainEvents::Event MainEvents::wait() {
  while (true) {
    if (finished_.exchange(false)) return Event::Finished;
    signalfd_siginfo signal{};
    if (::read(signals_, &signal, sizeof signal) == sizeof signal) {
      return signal.ssi_signo == SIGHUP ? Event::HangUp : Event::Stop;
    }
    if (reload_.exchange(false)) return Event::Reload;
    std::array<pollfd, 2> waited{pollfd{signals_, POLLIN, 0}, pollfd{wakeups_, POLLIN, 0}};
    ::poll(waited.data(), waited.size(), -1);
    std::uint64_t count = 0;
    while (::read(wakeups_, &count, sizeof count) == sizeof count) {
    }
  }
}

void MainEvents::requestReload() {
  reload_ = true;
  wake();
}

void MainEvents::announceFinished() {
  finished_ = true;
  wake();
}

void MainEvents::wake() {
  std::uint64_t one = 1;
  // Fails only when the counter is full: then the main thread is about to wake up anyway.
  while (::write(wakeups_, &one, sizeof one) < 0 && errno == EINTR) {
  }
}

}  // namespace larder::daemon
