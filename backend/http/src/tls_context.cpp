#include "tls_context.hpp"

#include <openssl/err.h>
#include <openssl/pem.h>

#include <string>

namespace larder::http {

namespace {

std::string opensslReason() {
  auto code = ERR_peek_last_error();
  const char* reason = ERR_reason_error_string(code);
  ERR_clear_error();
  return reason ? reason : "unknown reason";
}

core::Error failure(const std::string& what, const std::string& file) {
  return {core::ErrorCode::InvalidArgument, what + ": " + opensslReason() + ".", file};
}

// Clients speak HTTP/1.1; one that offers only something else is refused, as RFC 7301 section 3.2 wants it.
int selectProtocol(SSL*, const unsigned char** out, unsigned char* outLength, const unsigned char* offered,
                   unsigned int offeredLength, void*) {
  static constexpr unsigned char kHttp11[] = "\x08http/1.1";
  unsigned char* selected = nullptr;
  int found = SSL_select_next_proto(&selected, outLength, kHttp11, sizeof kHttp11 - 1, offered, offeredLength);
  *out = selected;
  return found == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
}

// A list is asked for of each authority in a chain, so that one that is missing or out of date lets nobody in.
core::Result<void> loadRevocations(SSL_CTX* context, const std::string& file) {
  std::unique_ptr<BIO, decltype(&BIO_free_all)> bio(BIO_new_file(file.c_str(), "r"), &BIO_free_all);
  auto* store = SSL_CTX_get_cert_store(context);
  std::size_t lists = 0;
  while (bio) {
    std::unique_ptr<X509_CRL, decltype(&X509_CRL_free)> list(
        PEM_read_bio_X509_CRL(bio.get(), nullptr, nullptr, nullptr), &X509_CRL_free);
    if (!list || X509_STORE_add_crl(store, list.get()) != 1) break;
    ++lists;
  }
  if (lists == 0) return core::fail(failure("The certificate revocation list cannot be used", file));
  ERR_clear_error();  // of the end of the file
  X509_STORE_set_flags(store, X509_V_FLAG_CRL_CHECK | X509_V_FLAG_CRL_CHECK_ALL);
  return {};
}

}  // namespace

TlsContext::~TlsContext() {
  SSL_CTX_free(context_);
}

Result<std::shared_ptr<TlsContext>> TlsContext::load(const TlsFiles& files) {
  std::shared_ptr<TlsContext> tls(new TlsContext(SSL_CTX_new(TLS_server_method())));
  SSL_CTX* context = tls->native();
  SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
  SSL_CTX_set_options(
      context, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION | SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_ENABLE_KTLS);
  SSL_CTX_set_mode(context, SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_RELEASE_BUFFERS);
  // A record takes one read(2), not one for its length and one for the rest.
  SSL_CTX_set_read_ahead(context, 1);
  SSL_CTX_set_alpn_select_cb(context, selectProtocol, nullptr);
  static constexpr unsigned char kSessionId[] = "larder";
  SSL_CTX_set_session_id_context(context, kSessionId, sizeof kSessionId - 1);

  if (SSL_CTX_use_certificate_chain_file(context, files.certificate.c_str()) != 1) {
    return core::fail(failure("The certificate cannot be used", files.certificate));
  }
  if (SSL_CTX_use_PrivateKey_file(context, files.key.c_str(), SSL_FILETYPE_PEM) != 1) {
    return core::fail(failure("The private key cannot be used", files.key));
  }
  if (SSL_CTX_check_private_key(context) != 1) {
    return core::fail(failure("The private key does not match the certificate", files.key));
  }
  if (!files.clientCa.empty()) {
    if (SSL_CTX_load_verify_locations(context, files.clientCa.c_str(), nullptr) != 1) {
      return core::fail(failure("The client CA file cannot be used", files.clientCa));
    }
    SSL_CTX_set_client_CA_list(context, SSL_load_client_CA_file(files.clientCa.c_str()));
    SSL_CTX_set_verify(
        context, SSL_VERIFY_PEER | (files.requireClientCertificate ? SSL_VERIFY_FAIL_IF_NO_PEER_CERT : 0), nullptr);
    if (!files.crl.empty()) {
      if (auto loaded = loadRevocations(context, files.crl); !loaded) return core::fail(loaded.error());
    }
  }
  return tls;
}

bool TlsContext::verifiesClient(X509* certificate, STACK_OF(X509) * others) const {
  ERR_clear_error();
  std::unique_ptr<X509_STORE_CTX, decltype(&X509_STORE_CTX_free)> check(X509_STORE_CTX_new(), &X509_STORE_CTX_free);
  bool holds = check && X509_STORE_CTX_init(check.get(), SSL_CTX_get_cert_store(context_), certificate, others) == 1 &&
               X509_STORE_CTX_set_default(check.get(), "ssl_client") == 1 && X509_verify_cert(check.get()) == 1;
  ERR_clear_error();
  return holds;
}

Result<void> checkTls(const TlsFiles& files) {
  auto loaded = TlsContext::load(files);
  if (!loaded) return core::fail(std::move(loaded.error()));
  return {};
}

}  // namespace larder::http
