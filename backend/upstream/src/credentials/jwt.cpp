#include "credentials/jwt.hpp"

#include <openssl/bio.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include <memory>

#include "text.hpp"

namespace larder::upstream {

using core::ErrorCode;
using core::fail;
using core::Result;

namespace {

template <auto Free>
struct Freed {
  template <class T>
  void operator()(T* object) const {
    Free(object);
  }
};
using Key = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY_free>>;
using Context = std::unique_ptr<EVP_MD_CTX, Freed<EVP_MD_CTX_free>>;
using Bio = std::unique_ptr<BIO, Freed<BIO_free>>;
using EcSignature = std::unique_ptr<ECDSA_SIG, Freed<ECDSA_SIG_free>>;

struct Algorithm {
  int keyType = EVP_PKEY_NONE;
  const EVP_MD* digest = nullptr;  // null: the key's own
  bool pss = false;
};

Algorithm algorithmOf(const std::string& name) {
  if (name == "EdDSA") return {EVP_PKEY_ED25519, nullptr};
  if (name.size() != 5) return {};
  auto bits = name.substr(2);
  const EVP_MD* digest = bits == "256"   ? EVP_sha256()
                         : bits == "384" ? EVP_sha384()
                         : bits == "512" ? EVP_sha512()
                                         : nullptr;
  if (!digest) return {};
  if (name.starts_with("RS")) return {EVP_PKEY_RSA, digest};
  if (name.starts_with("PS")) return {EVP_PKEY_RSA, digest, true};
  if (name.starts_with("ES")) return {EVP_PKEY_EC, digest};
  return {};
}

// No passphrase, and no prompt for one.
int noPassphrase(char*, int, int, void*) {
  return 0;
}

// DER to the two numbers side by side (RFC 7518, section 3.4).
std::string flatSignature(const std::string& der, int keyBits) {
  const auto* at = reinterpret_cast<const unsigned char*>(der.data());
  EcSignature signature(d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(der.size())));
  if (!signature) return {};
  auto half = (keyBits + 7) / 8;
  std::string flat(static_cast<std::size_t>(half) * 2, '\0');
  auto* out = reinterpret_cast<unsigned char*>(flat.data());
  if (BN_bn2binpad(ECDSA_SIG_get0_r(signature.get()), out, half) < 0 ||
      BN_bn2binpad(ECDSA_SIG_get0_s(signature.get()), out + half, half) < 0) {
    return {};
  }
  return flat;
}

std::string sign(const Algorithm& algorithm, EVP_PKEY* key, const std::string& text) {
  Context context(EVP_MD_CTX_new());
  EVP_PKEY_CTX* keyContext = nullptr;
  if (!context || EVP_DigestSignInit(context.get(), &keyContext, algorithm.digest, nullptr, key) != 1) return {};
  if (algorithm.pss && (EVP_PKEY_CTX_set_rsa_padding(keyContext, RSA_PKCS1_PSS_PADDING) != 1 ||
                        EVP_PKEY_CTX_set_rsa_pss_saltlen(keyContext, RSA_PSS_SALTLEN_DIGEST) != 1)) {
    return {};
  }
  const auto* data = reinterpret_cast<const unsigned char*>(text.data());
  std::size_t size = 0;
  if (EVP_DigestSign(context.get(), nullptr, &size, data, text.size()) != 1) return {};
  std::string signature(size, '\0');
  if (EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &size, data, text.size()) !=
      1) {
    return {};
  }
  signature.resize(size);
  return algorithm.keyType == EVP_PKEY_EC ? flatSignature(signature, EVP_PKEY_get_bits(key)) : signature;
}

}  // namespace

std::string base64Url(std::string_view data) {
  auto text = base64(data);
  while (text.ends_with('=')) text.pop_back();
  for (auto& c : text) c = c == '+' ? '-' : c == '/' ? '_' : c;
  return text;
}

Result<std::string> signJwt(std::string_view header, std::string_view claims, const std::string& name,
                            const std::string& privateKey) {
  auto algorithm = algorithmOf(name);
  if (algorithm.keyType == EVP_PKEY_NONE) {
    return fail(ErrorCode::InvalidArgument, "Unknown signature algorithm " + name + ".");
  }
  Bio bio(BIO_new_mem_buf(privateKey.data(), static_cast<int>(privateKey.size())));
  Key key(bio ? PEM_read_bio_PrivateKey(bio.get(), nullptr, &noPassphrase, nullptr) : nullptr);
  if (!key || EVP_PKEY_get_base_id(key.get()) != algorithm.keyType) {
    return fail(ErrorCode::InvalidArgument, "The private key is not an unencrypted PEM key for " + name + ".");
  }
  auto text = base64Url(header) + "." + base64Url(claims);
  auto signature = sign(algorithm, key.get(), text);
  if (signature.empty()) return fail(ErrorCode::InvalidArgument, "The private key cannot sign with " + name + ".");
  return text + "." + base64Url(signature);
}

}  // namespace larder::upstream
