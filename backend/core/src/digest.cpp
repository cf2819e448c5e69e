#include "larder/core/digest.hpp"

#include <openssl/evp.h>

#include <cstring>
#include <optional>
#include <stdexcept>

namespace larder::core {
namespace {

constexpr std::string_view kHexDigits = "0123456789abcdef";

std::optional<std::uint8_t> hexValue(char c) {
  if (c >= '0' && c <= '9') return static_cast<std::uint8_t>(c - '0');
  if (c >= 'a' && c <= 'f') return static_cast<std::uint8_t>(c - 'a' + 10);
  return std::nullopt;
}

const EVP_MD* method(DigestAlgorithm algorithm) {
  return algorithm == DigestAlgorithm::Sha256 ? EVP_sha256() : EVP_sha512();
}

EVP_MD_CTX* asContext(void* context) {
  return static_cast<EVP_MD_CTX*>(context);
}

// A hash function of OpenSSL fails only for want of memory or of a provider: nothing that a caller could handle.
void require(int result) {
  if (result != 1) throw std::runtime_error("OpenSSL failed to compute a digest.");
}

}  // namespace

Result<Digest> Digest::parse(std::string_view text) {
  const auto colon = text.find(':');
  const auto name = text.substr(0, colon);
  DigestAlgorithm algorithm;
  if (name == "sha256") {
    algorithm = DigestAlgorithm::Sha256;
  } else if (name == "sha512") {
    algorithm = DigestAlgorithm::Sha512;
  } else {
    return fail(ErrorCode::DigestInvalid, "A digest must start with sha256: or sha512:.");
  }
  const auto hex = colon == std::string_view::npos ? std::string_view{} : text.substr(colon + 1);
  if (hex.size() != 2 * rawSize(algorithm)) {
    return fail(ErrorCode::DigestInvalid, "A " + std::string(name) + " digest must have " +
                                              std::to_string(2 * rawSize(algorithm)) + " hexadecimal digits.");
  }
  Digest digest;
  digest.algorithm_ = algorithm;
  for (std::size_t i = 0; i < rawSize(algorithm); ++i) {
    const auto high = hexValue(hex[2 * i]);
    const auto low = hexValue(hex[2 * i + 1]);
    if (!high || !low) return fail(ErrorCode::DigestInvalid, "A digest must be lower-case hexadecimal.");
    digest.raw_[i] = static_cast<std::byte>(*high << 4 | *low);
  }
  return digest;
}

Digest Digest::of(std::string_view data, DigestAlgorithm algorithm) {
  Digest digest;
  digest.algorithm_ = algorithm;
  require(EVP_Digest(data.data(), data.size(), reinterpret_cast<unsigned char*>(digest.raw_.data()), nullptr,
                     method(algorithm), nullptr));
  return digest;
}

Digest Digest::fromRaw(DigestAlgorithm algorithm, std::span<const std::byte> raw) {
  if (raw.size() != rawSize(algorithm)) throw std::invalid_argument("The raw digest has the wrong size.");
  Digest digest;
  digest.algorithm_ = algorithm;
  std::memcpy(digest.raw_.data(), raw.data(), raw.size());
  return digest;
}

std::string Digest::hex() const {
  std::string text;
  text.reserve(2 * rawSize(algorithm_));
  for (const auto byte : raw()) {
    const auto value = std::to_integer<unsigned>(byte);
    text += kHexDigits[value >> 4];
    text += kHexDigits[value & 0xf];
  }
  return text;
}

std::string Digest::toString() const {
  std::string text(algorithmName());
  text += ':';
  text += hex();
  return text;
}

void Hasher::Deleter::operator()(void* context) const {
  EVP_MD_CTX_free(asContext(context));
}

Hasher::Hasher(DigestAlgorithm algorithm) : algorithm_(algorithm), context_(EVP_MD_CTX_new()) {
  if (!context_) throw std::bad_alloc();
  require(EVP_DigestInit_ex(asContext(context_.get()), method(algorithm), nullptr));
}

Hasher::~Hasher() = default;
Hasher::Hasher(Hasher&&) noexcept = default;
Hasher& Hasher::operator=(Hasher&&) noexcept = default;

void Hasher::update(std::span<const std::byte> data) {
  require(EVP_DigestUpdate(asContext(context_.get()), data.data(), data.size()));
}

Digest Hasher::digest() const {
  const std::unique_ptr<void, Deleter> copy(EVP_MD_CTX_new());
  if (!copy) throw std::bad_alloc();
  require(EVP_MD_CTX_copy_ex(asContext(copy.get()), asContext(context_.get())));
  std::array<std::byte, 64> raw{};
  require(EVP_DigestFinal_ex(asContext(copy.get()), reinterpret_cast<unsigned char*>(raw.data()), nullptr));
  return Digest::fromRaw(algorithm_, std::span(raw).first(Digest::rawSize(algorithm_)));
}

}  // namespace larder::core

std::size_t std::hash<larder::core::Digest>::operator()(const larder::core::Digest& digest) const noexcept {
  // The bytes of a cryptographic hash are as good as any hash of them.
  std::size_t value = 0;
  std::memcpy(&value, digest.raw().data(), sizeof value);
  return value;
}
