// What all TLS connections of one certificate share: an SSL_CTX.
#pragma once

#include <openssl/ssl.h>

#include <memory>

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

 private:
  explicit TlsContext(SSL_CTX* context) : context_(context) {}
  SSL_CTX* context_;
};

}  // namespace larder::http
