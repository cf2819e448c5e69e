#include "io_thread.hpp"

#include <pthread.h>
#include <sys/eventfd.h>

#include <boost/asio/buffer.hpp>
#include <boost/asio/read.hpp>
#include <cerrno>
#include <stdexcept>
#include <system_error>
#include <utility>

namespace larder::runtime {

namespace asio = boost::asio;

std::thread startThread(std::function<void()> body) {
  try {
    return std::thread(std::move(body));
  } catch (const std::system_error& error) {
    throw std::runtime_error("Cannot start a thread: " + error.code().message() +
                             ". Raise the limit on processes (pids.max, ulimit -u) or on memory, or lower "
                             "scheduler.numWorkers.");
  }
}

IoThread::IoThread() : wakeUps_(context_) {
  int descriptor = ::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
  if (descriptor < 0) throw std::system_error(errno, std::generic_category(), "eventfd");
  wakeUps_.assign(descriptor);
  awaitGiven();
}

IoThread::~IoThread() {
  join();
  while (drop()) {
  }
}

void IoThread::start(const std::string& name, std::function<void()> body) {
  thread_ = startThread(std::move(body));
  ::pthread_setname_np(thread_.native_handle(), name.c_str());
}

void IoThread::join() {
  if (thread_.joinable()) thread_.join();
}

bool IoThread::drop() {
  context_.shutdown();
  return !given_.takeAll().empty();
}

void IoThread::wake() {
  ::eventfd_write(wakeUps_.native_handle(), 1);
}

// Also keeps run() from returning.
void IoThread::awaitGiven() {
  asio::async_read(wakeUps_, asio::buffer(&wakeUpsRead_, sizeof wakeUpsRead_),
                   [this](const boost::system::error_code& failure, std::size_t) {
                     if (failure) return;
                     // Each is a turn of its own.
                     auto given = given_.takeAll();
                     while (auto task = given.takeFirst()) {
                       post([task = std::move(task)] { task->run(); });
                     }
                     awaitGiven();
                   });
}

}  // namespace larder::runtime
