// A connected socket with or without TLS: operations that never block, and one way to wait.
//
// OpenSSL works on the socket itself, not on memory, so that kTLS and SSL_sendfile(3) serve where the kernel has them.
#pragma once

#include <sys/uio.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "larder/http/message.hpp"
#include "larder/runtime/task.hpp"
#include "tls_context.hpp"

namespace larder::http {

enum class IoStatus { Ok, WantRead, WantWrite, Closed, FileFailed };

struct IoResult {
  IoStatus status = IoStatus::Ok;
  std::size_t bytes = 0;
  bool drained = false;  // of a read: nothing more was there at the moment
};

// Lives on one io thread; every method is called there.
class Transport {
 public:
  virtual ~Transport() = default;

  // At least one byte with Ok; Closed at the end and on errors.
  virtual IoResult read(std::span<std::byte> into) = 0;
  // Sends what fits now, of all parts in order. `more`: something follows at once, so a short segment may wait for it.
  virtual IoResult write(std::span<const iovec> parts, bool more) = 0;
  // Sends up to `length` bytes of the file from `offset`. FileFailed if the file ends there, or the disk fails: the
  // client is not to blame.
  virtual IoResult sendFile(int file, std::uint64_t offset, std::size_t length) = 0;
  virtual IoResult handshake() = 0;
  // Common name of the client's certificate, if one was shown and verified.
  virtual std::string certificateName() const = 0;
  // Whether that certificate would be taken now; true where none was shown.
  virtual bool certificateHolds(const TlsContext& now) const = 0;
  // Ends what we send; the client may still be sending.
  virtual void finishWriting() = 0;

  // Until the socket is ready for what was wanted; false if cancel() ended the wait.
  virtual runtime::Task<bool> wait(IoStatus want) = 0;
  // Waits for what the peer sends and reads it, at less cost than wait() and read() one after the other. Closed also if
  // cancel() ended the wait.
  virtual runtime::Task<IoResult> receive(std::span<std::byte> into) = 0;
  // Ends the wait that is under way.
  virtual void interrupt() = 0;
  // Ends the wait and makes every further one fail.
  virtual void cancel() = 0;
  // Whether the peer sends nothing any more, or is gone altogether.
  virtual bool peerLeft() = 0;
  // Bytes that were sent and that the peer's kernel has not confirmed yet.
  virtual std::uint64_t unacknowledged() = 0;
};

// Takes over the connected descriptor. `tls` null: plain.
std::unique_ptr<Transport> makeTransport(const runtime::Executor& executor, int descriptor, bool ipv6,
                                         const std::shared_ptr<TlsContext>& tls);

}  // namespace larder::http
