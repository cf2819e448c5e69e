#include "transport/curl_multi.hpp"

#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <stdexcept>
#include <string_view>
#include <utility>

#include "transport/local_address.hpp"

namespace larder::upstream {

namespace asio = boost::asio;

namespace {
constexpr std::size_t kIdleEasies = 8;
}

// A socket of libcurl's in Asio's reactor. libcurl owns the descriptor: it is released, never closed, here.
struct CurlMulti::Socket {
  Socket(const runtime::Executor& io, curl_socket_t descriptor) : stream(io, descriptor), fd(descriptor) {}
  asio::posix::stream_descriptor stream;
  curl_socket_t fd;
  bool wantsRead = false;
  bool wantsWrite = false;
  bool readPending = false;
  bool writePending = false;
  bool removed = false;
};

std::shared_ptr<CurlMulti> CurlMulti::make(runtime::Executor io, std::size_t maxIdle) {
  std::shared_ptr<CurlMulti> multi(new CurlMulti(std::move(io), maxIdle));
  multi->watchContext();
  return multi;
}

CurlMulti::CurlMulti(runtime::Executor io, std::size_t maxIdle)
    : io_(std::move(io)), share_(curl_share_init()), multi_(curl_multi_init()), timer_(io_), contextTimer_(io_) {
  if (!multi_ || !share_) throw std::runtime_error("libcurl could not be started: out of memory");
  curl_share_setopt(share_.get(), CURLSHOPT_SHARE, CURL_LOCK_DATA_SSL_SESSION);
  curl_multi_setopt(multi_.get(), CURLMOPT_SOCKETFUNCTION, &CurlMulti::onSocket);
  curl_multi_setopt(multi_.get(), CURLMOPT_SOCKETDATA, this);
  curl_multi_setopt(multi_.get(), CURLMOPT_TIMERFUNCTION, &CurlMulti::onTimerChange);
  curl_multi_setopt(multi_.get(), CURLMOPT_TIMERDATA, this);
  curl_multi_setopt(multi_.get(), CURLMOPT_MAXCONNECTS, static_cast<long>(maxIdle > 0 ? maxIdle : kMaxIdle));
}

CurlMulti::~CurlMulti() {
  shutDown();
}

void CurlMulti::watchContext() {
  auto watch = std::make_shared<ContextWatch>();
  watch->owner = weak_from_this();
  contextTimer_->expires_at(runtime::SteadyTime::max());
  contextTimer_->async_wait([watch = std::move(watch)](const boost::system::error_code&) {});
}

void CurlMulti::start(std::shared_ptr<TransferState> transfer) {
  send(Action::Start, std::move(transfer));
}
void CurlMulti::resume(std::shared_ptr<TransferState> transfer) {
  send(Action::Resume, std::move(transfer));
}
void CurlMulti::cancel(std::shared_ptr<TransferState> transfer) {
  send(Action::Cancel, std::move(transfer));
}

void CurlMulti::send(Action action, std::shared_ptr<TransferState> transfer) {
  {
    std::lock_guard lock(inboxMutex_);
    if (!closed_) {
      inbox_.push_back({action, std::move(transfer)});
      // A posted run takes all that has come by then. Under the lock, as shutDown() is: nothing is posted after it.
      if (inbox_.size() == 1) asio::post(io_, [self = shared_from_this()] { self->runCommands(); });
      return;
    }
  }
  // Those that had begun were ended by shutDown().
  if (action == Action::Start) transfer->onDone({Outcome::Kind::Cancelled, 0, {}});
}

void CurlMulti::close() {
  std::lock_guard lock(inboxMutex_);
  if (closed_) return;
  asio::post(io_, [self = shared_from_this()] { self->shutDown(); });
}

void CurlMulti::runCommands() {
  std::vector<Command> commands;
  {
    std::lock_guard lock(inboxMutex_);
    commands.swap(inbox_);
  }
  if (!multi_) return;
  for (auto& [action, transfer] : commands) {
    auto running = running_.find(transfer.get());
    switch (action) {
      case Action::Start:
        begin(transfer);
        break;
      case Action::Resume:
        if (running != running_.end()) unpause(*running->second);
        break;
      case Action::Cancel:
        drop(*transfer);
        break;
    }
  }
  finishDone();
  settleAll();
}

void CurlMulti::begin(const std::shared_ptr<TransferState>& transfer) {
  auto running = std::make_unique<Running>(*this, transfer, takeEasy());
  if (!setUp(*running) || curl_multi_add_handle(multi_.get(), running->easy.get()) != CURLM_OK) {
    transfer->onDone({Outcome::Kind::Failed, CURLE_FAILED_INIT, "the request could not be set up"});
    return;
  }
  running_.emplace(transfer.get(), std::move(running));
}

void CurlMulti::unpause(Running& running) {
  if (!running.transfer->isPaused() || !running.transfer->makeRoom()) return;
  running.transfer->setPaused(false);
  // A failure here is reported again as the transfer's end.
  curl_easy_pause(running.easy.get(), CURLPAUSE_CONT);
}

void CurlMulti::drop(TransferState& transfer) {
  auto found = running_.find(&transfer);
  if (found == running_.end()) return;
  auto running = std::move(found->second);
  running_.erase(found);
  curl_multi_remove_handle(multi_.get(), running->easy.get());
  keepEasy(std::move(running->easy));
  running->transfer->onDone({Outcome::Kind::Cancelled, 0, {}});
}

EasyHandle CurlMulti::takeEasy() {
  if (idleEasies_.empty()) return EasyHandle(curl_easy_init());
  auto easy = std::move(idleEasies_.back());
  idleEasies_.pop_back();
  return easy;
}

void CurlMulti::keepEasy(EasyHandle easy) {
  if (idleEasies_.size() >= kIdleEasies) return;
  curl_easy_reset(easy.get());
  idleEasies_.push_back(std::move(easy));
}

void CurlMulti::act(curl_socket_t fd, int events) {
  int stillRunning = 0;
  curl_multi_socket_action(multi_.get(), fd, events, &stillRunning);
  finishDone();
  settleAll();
}

void CurlMulti::finishDone() {
  int left = 0;
  while (auto* message = curl_multi_info_read(multi_.get(), &left)) {
    if (message->msg != CURLMSG_DONE) continue;
    auto* easy = message->easy_handle;
    auto code = message->data.result;
    void* owner = nullptr;
    curl_easy_getinfo(easy, CURLINFO_PRIVATE, &owner);
    auto found = running_.find(static_cast<TransferState*>(owner));
    if (found == running_.end()) continue;
    auto running = std::move(found->second);
    running_.erase(found);
    curl_multi_remove_handle(multi_.get(), easy);
    Outcome outcome;
    if (code != CURLE_OK && running->forbidden) {
      outcome.kind = Outcome::Kind::Forbidden;
    } else if (code != CURLE_OK) {
      outcome = {Outcome::Kind::Failed, code, running->detail[0] ? running->detail : curl_easy_strerror(code)};
    }
    keepEasy(std::move(running->easy));
    running->transfer->onDone(std::move(outcome));
  }
}

// After each round: whoever waits is told once, however many pieces came.
void CurlMulti::settleAll() {
  while (!touched_.empty()) {
    auto found = running_.find(touched_.back());
    touched_.pop_back();
    if (found == running_.end()) continue;
    auto& [state, running] = *found;
    running->touched = false;
    // The consumer may have made room between the check and the mark, and then found nothing to resume.
    unpause(*running);
    state->settle();
  }
}

void CurlMulti::touch(Running& running) {
  if (!std::exchange(running.touched, true)) touched_.push_back(running.transfer.get());
}

void CurlMulti::shutDown() {
  std::vector<Command> commands;
  {
    std::lock_guard lock(inboxMutex_);
    closed_ = true;
    commands.swap(inbox_);
  }
  if (!multi_) return;
  // One by one: a loop over keys that are addresses has no fixed order.
  std::vector<std::unique_ptr<Running>> running;
  while (!running_.empty()) running.push_back(std::move(running_.extract(running_.begin()).mapped()));
  for (auto& one : running) curl_multi_remove_handle(multi_.get(), one->easy.get());
  curl_multi_setopt(multi_.get(), CURLMOPT_TIMERFUNCTION, static_cast<curl_multi_timer_callback>(nullptr));
  idleEasies_.clear();
  auto ended = std::exchange(multi_, nullptr);
  ended.reset();
  for (auto& [fd, socket] : sockets_) {
    socket->removed = true;
    socket->stream.release();
  }
  sockets_.clear();
  timer_.reset();
  contextTimer_.reset();
  for (auto& one : running) {
    one->easy.reset();
    one->transfer->onDone({Outcome::Kind::Cancelled, 0, {}});
  }
  share_.reset();
  for (auto& [action, transfer] : commands) {
    if (action == Action::Start) transfer->onDone({Outcome::Kind::Cancelled, 0, {}});
  }
}

int CurlMulti::onSocket(CURL*, curl_socket_t fd, int what, void* self, void*) {
  auto& multi = *static_cast<CurlMulti*>(self);
  auto found = multi.sockets_.find(fd);
  if (what == CURL_POLL_REMOVE) {
    if (found == multi.sockets_.end()) return 0;
    found->second->removed = true;
    found->second->stream.release();
    multi.sockets_.erase(found);
    return 0;
  }
  if (found == multi.sockets_.end()) {
    found = multi.sockets_.emplace(fd, std::make_shared<Socket>(multi.io_, fd)).first;
  }
  auto socket = found->second;
  socket->wantsRead = (what & CURL_POLL_IN) != 0;
  socket->wantsWrite = (what & CURL_POLL_OUT) != 0;
  multi.watch(socket);
  return 0;
}

void CurlMulti::watch(const std::shared_ptr<Socket>& socket) {
  auto self = weak_from_this();
  if (socket->wantsRead && !std::exchange(socket->readPending, true)) {
    socket->stream.async_wait(asio::posix::stream_descriptor::wait_read,
                              [self, socket](const boost::system::error_code& failure) {
                                socket->readPending = false;
                                if (auto multi = self.lock()) multi->onReady(socket, CURL_CSELECT_IN, failure);
                              });
  }
  if (socket->wantsWrite && !std::exchange(socket->writePending, true)) {
    socket->stream.async_wait(asio::posix::stream_descriptor::wait_write,
                              [self, socket](const boost::system::error_code& failure) {
                                socket->writePending = false;
                                if (auto multi = self.lock()) multi->onReady(socket, CURL_CSELECT_OUT, failure);
                              });
  }
}

void CurlMulti::onReady(const std::shared_ptr<Socket>& socket, int event, const boost::system::error_code& failure) {
  if (socket->removed || !multi_) return;
  // libcurl reads even a paused transfer when it is told to.
  bool wanted = event == CURL_CSELECT_IN ? socket->wantsRead : socket->wantsWrite;
  if (!wanted) return;
  act(socket->fd, failure ? event | CURL_CSELECT_ERR : event);
  if (!socket->removed) watch(socket);
}

// "At once" comes with each new and each resumed transfer: a timer would cost two system calls.
void CurlMulti::actSoon() {
  if (std::exchange(actPosted_, true)) return;
  asio::post(io_, [weak = weak_from_this()] {
    auto multi = weak.lock();
    if (!multi) return;
    multi->actPosted_ = false;
    if (multi->multi_) multi->act(CURL_SOCKET_TIMEOUT, 0);
  });
}

int CurlMulti::onTimerChange(CURLM*, long timeoutMs, void* self) {
  auto& multi = *static_cast<CurlMulti*>(self);
  if (!multi.timer_) return 0;
  if (timeoutMs < 0) {
    multi.timer_->cancel();
    return 0;
  }
  if (timeoutMs == 0) {
    multi.timer_->cancel();
    multi.actSoon();
    return 0;
  }
  multi.timer_->expires_after(std::chrono::milliseconds(timeoutMs));
  multi.timer_->async_wait([weak = multi.weak_from_this()](const boost::system::error_code& failure) {
    auto owner = weak.lock();
    if (failure || !owner || !owner->multi_) return;
    owner->act(CURL_SOCKET_TIMEOUT, 0);
  });
  return 0;
}

// Asked for each address of a name before it is connected to: what the name resolved to a moment ago tells nothing.
curl_socket_t CurlMulti::onOpenSocket(void* running, curlsocktype, curl_sockaddr* address) {
  auto& owner = *static_cast<Running*>(running);
  if (reachOfPeer(address->addr) > owner.transfer->spec().nearest) {
    owner.forbidden = true;
    return CURL_SOCKET_BAD;
  }
  return ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

// Asked before a request goes out, over a connection that was there already too: one that was opened for whoever may
// go there serves nobody else.
int CurlMulti::onConnected(void* running, char* address, char*, int port, int) {
  auto& owner = *static_cast<Running*>(running);
  auto reach = reachOfPeer(std::string(address), static_cast<std::uint16_t>(port));
  if (reach <= owner.transfer->spec().nearest) return CURL_PREREQFUNC_OK;
  owner.forbidden = true;
  return CURL_PREREQFUNC_ABORT;
}

// Of the transfer's connection.
Reach CurlMulti::reachOfConnection(CURL* easy) {
  char* address = nullptr;
  long port = 0;
  if (curl_easy_getinfo(easy, CURLINFO_PRIMARY_IP, &address) != CURLE_OK || address == nullptr) return Reach::Public;
  curl_easy_getinfo(easy, CURLINFO_PRIMARY_PORT, &port);
  return reachOfPeer(std::string(address), static_cast<std::uint16_t>(port));
}

std::size_t CurlMulti::onHeader(char* data, std::size_t size, std::size_t count, void* running) {
  auto& owner = *static_cast<Running*>(running);
  owner.multi.touch(owner);
  std::string_view line(data, size * count);
  if (line.starts_with("HTTP/")) {
    // Who sends nobody elsewhere need not be looked up.
    auto status = line.substr(std::min(line.find(' '), line.size()));
    bool leadsElsewhere = status.starts_with(" 3") || status.starts_with(" 401");
    owner.transfer->notePeer(leadsElsewhere ? reachOfConnection(owner.easy.get()) : Reach::Public);
  }
  return owner.transfer->onHeaderLine({data, size * count}) ? size * count : 0;
}

std::size_t CurlMulti::onBody(char* data, std::size_t size, std::size_t count, void* running) {
  auto& owner = *static_cast<Running*>(running);
  owner.multi.touch(owner);
  switch (owner.transfer->onBody(std::as_bytes(std::span(data, size * count)))) {
    case TransferState::Take::Taken:
      // Before libcurl reads on: what it reads for a full buffer it keeps in memory of its own, as it does with what is
      // left of a chunked read. With receiving alone paused it would schedule one more read.
      if (!owner.transfer->makeRoom()) {
        owner.transfer->setPaused(true);
        curl_easy_pause(owner.easy.get(), CURLPAUSE_ALL);
      }
      return size * count;
    case TransferState::Take::Pause:
      return CURL_WRITEFUNC_PAUSE;
    case TransferState::Take::Refuse:
      break;
  }
  return 0;
}

}  // namespace larder::upstream
