#include "transport.hpp"

#include <errno.h>
#include <linux/sockios.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/x509.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <cstring>

#include "larder/runtime/turn.hpp"

namespace larder::http {

namespace asio = boost::asio;
using asio::ip::tcp;

namespace {

// What may wait in the kernel for a client's window. With more of it unsent, each acknowledgement sends the next part
// on the processor that takes it: over a fast link that is where the client reads.
constexpr int kUnsentBytes = 3 << 19;

IoResult fromErrno(IoStatus wouldBlock) {
  return {errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR ? wouldBlock : IoStatus::Closed, 0};
}

class PlainTransport : public Transport {
 public:
  PlainTransport(const runtime::Executor& executor, int descriptor, bool ipv6)
      : socket_(executor, ipv6 ? tcp::v6() : tcp::v4(), descriptor) {
    boost::system::error_code ignored;
    socket_.native_non_blocking(true, ignored);
    socket_.set_option(tcp::no_delay(true), ignored);
    // Where the kernel does not know the option, it is merely slower.
    ::setsockopt(descriptor, IPPROTO_TCP, TCP_NOTSENT_LOWAT, &kUnsentBytes, sizeof kUnsentBytes);
  }

  IoResult read(std::span<std::byte> into) override {
    auto n = ::recv(fd(), into.data(), into.size(), 0);
    auto bytes = static_cast<std::size_t>(n);
    if (n > 0) return {IoStatus::Ok, bytes, bytes < into.size()};
    return n == 0 ? IoResult{IoStatus::Closed, 0} : fromErrno(IoStatus::WantRead);
  }

  IoResult write(std::span<const iovec> parts, bool more) override {
    msghdr message{};
    message.msg_iov = const_cast<iovec*>(parts.data());
    message.msg_iovlen = parts.size();
    auto n = ::sendmsg(fd(), &message, MSG_NOSIGNAL | (more ? MSG_MORE : 0));
    return n >= 0 ? IoResult{IoStatus::Ok, static_cast<std::size_t>(n)} : fromErrno(IoStatus::WantWrite);
  }

  IoResult sendFile(int file, std::uint64_t offset, std::size_t length) override {
    auto position = static_cast<off_t>(offset);
    auto n = ::sendfile(fd(), file, &position, length);
    if (n > 0) return {IoStatus::Ok, static_cast<std::size_t>(n)};
    return n == 0 || errno == EIO ? IoResult{IoStatus::FileFailed, 0} : fromErrno(IoStatus::WantWrite);
  }

  IoResult handshake() override { return {}; }
  std::string certificateName() const override { return {}; }
  bool certificateHolds(const TlsContext&) const override { return true; }
  void finishWriting() override { ::shutdown(socket_.native_handle(), SHUT_WR); }

  runtime::Task<bool> wait(IoStatus want) override {
    if (cancelled_) co_return false;
    auto name = runtime::turnName();
    auto type = want == IoStatus::WantRead ? tcp::socket::wait_read : tcp::socket::wait_write;
    auto [error] = co_await socket_.async_wait(type, asio::as_tuple(asio::deferred));
    runtime::nameTurn(name);
    co_return !error && !cancelled_;
  }

  // For a wait alone Asio has to ask epoll anew each time; for a read it tries the socket, which costs less.
  runtime::Task<IoResult> receive(std::span<std::byte> into) override {
    if (cancelled_) co_return IoResult{IoStatus::Closed, 0};
    auto name = runtime::turnName();
    auto [error, bytes] =
        co_await socket_.async_receive(asio::buffer(into.data(), into.size()), asio::as_tuple(asio::deferred));
    runtime::nameTurn(name);
    if (error || cancelled_) co_return IoResult{IoStatus::Closed, 0};
    co_return IoResult{IoStatus::Ok, bytes, bytes < into.size()};
  }

  void interrupt() override {
    boost::system::error_code ignored;
    socket_.cancel(ignored);
  }

  void cancel() override {
    cancelled_ = true;
    interrupt();
  }

  bool peerLeft() override {
    pollfd wanted{fd(), POLLRDHUP, 0};
    return ::poll(&wanted, 1, 0) != 0;
  }

  std::uint64_t unacknowledged() override {
    int bytes = 0;
    return ::ioctl(fd(), SIOCOUTQ, &bytes) == 0 && bytes > 0 ? static_cast<std::uint64_t>(bytes) : 0;
  }

 protected:
  int fd() { return socket_.native_handle(); }

 private:
  tcp::socket socket_;
  bool cancelled_ = false;
};

class TlsTransport final : public PlainTransport {
 public:
  TlsTransport(const runtime::Executor& executor, int descriptor, bool ipv6, std::shared_ptr<TlsContext> context)
      : PlainTransport(executor, descriptor, ipv6), context_(std::move(context)) {
    ssl_.reset(SSL_new(context_->native()));
    SSL_set_fd(ssl_.get(), fd());
    SSL_set_accept_state(ssl_.get());
  }

  IoResult handshake() override {
    ERR_clear_error();
    int n = SSL_do_handshake(ssl_.get());
    return n == 1 ? IoResult{} : failed(n);
  }

  IoResult read(std::span<std::byte> into) override {
    ERR_clear_error();
    std::size_t bytes = 0;
    int n = SSL_read_ex(ssl_.get(), into.data(), into.size(), &bytes);
    if (n != 1) return failed(n);
    return {IoStatus::Ok, bytes, bytes < into.size() && !SSL_has_pending(ssl_.get())};
  }

  runtime::Task<IoResult> receive(std::span<std::byte> into) override {
    if (!co_await wait(IoStatus::WantRead)) co_return IoResult{IoStatus::Closed, 0};
    co_return read(into);
  }

  // The parts are gathered, so that head and body of a small answer are one record and one system call.
  IoResult write(std::span<const iovec> parts, bool) override {
    std::size_t total = 0;
    for (const auto& part : parts) {
      if (part.iov_len == 0) continue;  // has no address either
      auto take = std::min(part.iov_len, kGather - total);
      std::memcpy(gather() + total, part.iov_base, take);
      total += take;
      if (total == kGather) break;
    }
    return encrypt(gather(), total);
  }

  IoResult sendFile(int file, std::uint64_t offset, std::size_t length) override {
    if (BIO_get_ktls_send(SSL_get_wbio(ssl_.get()))) {
      ERR_clear_error();
      auto n = SSL_sendfile(ssl_.get(), file, static_cast<off_t>(offset), length, 0);
      if (n > 0) return {IoStatus::Ok, static_cast<std::size_t>(n)};
      return n == 0 || errno == EIO ? IoResult{IoStatus::FileFailed, 0} : failed(static_cast<int>(n));
    }
    auto n = ::pread(file, gather(), std::min(length, kGather), static_cast<off_t>(offset));
    if (n <= 0) return {IoStatus::FileFailed, 0};
    return encrypt(gather(), static_cast<std::size_t>(n));
  }

  std::string certificateName() const override {
    X509* certificate = SSL_get0_peer_certificate(ssl_.get());
    if (!certificate || SSL_get_verify_result(ssl_.get()) != X509_V_OK) return {};
    char name[256];
    int length = X509_NAME_get_text_by_NID(X509_get_subject_name(certificate), NID_commonName, name, sizeof name);
    // A name with a NUL inside would be read as another one.
    if (length <= 0 || std::strlen(name) != static_cast<std::size_t>(length)) return {};
    return std::string(name, static_cast<std::size_t>(length));
  }

  // A resumed session has kept the certificate alone: one that needs more of its chain does not hold then, and the
  // client shows it anew on another connection.
  bool certificateHolds(const TlsContext& now) const override {
    X509* certificate = SSL_get0_peer_certificate(ssl_.get());
    return !certificate || now.verifiesClient(certificate, SSL_get0_verified_chain(ssl_.get()));
  }

  void finishWriting() override {
    ERR_clear_error();
    SSL_shutdown(ssl_.get());
    PlainTransport::finishWriting();
  }

 private:
  struct Free {
    void operator()(SSL* ssl) const { SSL_free(ssl); }
  };

  // Four full records; one thread runs one write at a time, so the threads' buffers serve all their connections.
  static constexpr std::size_t kGather = 64 * 1024;
  static char* gather() {
    static thread_local const std::unique_ptr<char[]> buffer(new char[kGather]);
    return buffer.get();
  }

  // OpenSSL keeps what it has encrypted: after WantWrite it must be given the same bytes again, and the callers do.
  IoResult encrypt(const char* data, std::size_t size) {
    ERR_clear_error();
    std::size_t bytes = 0;
    int n = SSL_write_ex(ssl_.get(), data, size, &bytes);
    return n == 1 ? IoResult{IoStatus::Ok, bytes} : failed(n);
  }

  IoResult failed(int n) {
    switch (SSL_get_error(ssl_.get(), n)) {
      case SSL_ERROR_WANT_READ:
        return {IoStatus::WantRead, 0};
      case SSL_ERROR_WANT_WRITE:
        return {IoStatus::WantWrite, 0};
      default:
        return {IoStatus::Closed, 0};
    }
  }

  std::shared_ptr<TlsContext> context_;
  std::unique_ptr<SSL, Free> ssl_;
};

}  // namespace

std::unique_ptr<Transport> makeTransport(const runtime::Executor& executor, int descriptor, bool ipv6,
                                         const std::shared_ptr<TlsContext>& tls) {
  if (tls) return std::make_unique<TlsTransport>(executor, descriptor, ipv6, tls);
  return std::make_unique<PlainTransport>(executor, descriptor, ipv6);
}

}  // namespace larder::http
