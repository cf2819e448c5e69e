// What all TLS connections of one certificate share: an SSL_CTX.
#pragma once

#include <openssl/ssl.h>

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <utility>

#include "larder/http/server.hpp"

namespace larder::http {

class TlsContext {
 public:
  // Reads and checks the files: certificate chain, key that belongs to it, client CAs.
  static Result<std::shared_ptr<TlsContext>> load(const TlsFiles& files);
  ~TlsContext();
  TlsContext(const TlsContext&) = delete;
  TlsContext& operator=(const TlsContext&) = delete;

  SSL_CTX* native() const { return context_; }
  // Whether a client's certificate would be taken now. `others`: the rest of its chain, as far as it is known.
  bool verifiesClient(X509* certificate, STACK_OF(X509) * others) const;

 private:
  explicit TlsContext(SSL_CTX* context) : context_(context) {}
  SSL_CTX* context_;
};

// The context in force, and how often it was replaced. Thread-safe.
class TlsCell {
 public:
  using Versioned = std::pair<std::shared_ptr<TlsContext>, std::uint64_t>;

  void store(std::shared_ptr<TlsContext> context) {
    std::lock_guard lock(mutex_);
    context_ = std::move(context);
    generation_.fetch_add(1, std::memory_order_release);
  }
  Versioned load() const {
    std::lock_guard lock(mutex_);
    return {context_, generation_.load(std::memory_order_relaxed)};
  }
  // Costs one atomic read.
  std::uint64_t generation() const { return generation_.load(std::memory_order_acquire); }

 private:
  mutable std::mutex mutex_;
  std::shared_ptr<TlsContext> context_;
  std::atomic<std::uint64_t> generation_{0};
};

}  // namespace larder::http
