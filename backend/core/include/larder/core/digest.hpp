// Digests (OCI image-spec 1.1, "Digests") and the hasher that makes them.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "larder/core/result.hpp"

namespace larder::core {

enum class DigestAlgorithm : std::uint8_t { Sha256, Sha512 };

// A verified-by-syntax digest of a registered algorithm. A value type without heap memory; equality and hash are
// constant in cost. A default-constructed digest is sha256 of all zero bytes and stands for "none".
class Digest {
 public:
  Digest() = default;

  // Parses "sha256:<64 lower-case hex>" or "sha512:<128 …>". DigestInvalid for anything else.
  static Result<Digest> parse(std::string_view text);
  // The digest of `data`.
  static Digest of(std::string_view data, DigestAlgorithm algorithm = DigestAlgorithm::Sha256);
  // `raw` must have rawSize(algorithm) bytes.
  static Digest fromRaw(DigestAlgorithm algorithm, std::span<const std::byte> raw);

  DigestAlgorithm algorithm() const { return algorithm_; }
  std::string_view algorithmName() const { return algorithm_ == DigestAlgorithm::Sha256 ? "sha256" : "sha512"; }
  std::string hex() const;
  // "sha256:…", as on the wire.
  std::string toString() const;
  // The first 12 hex characters, for people.
  std::string brief() const { return hex().substr(0, 12); }
  std::span<const std::byte> raw() const { return {raw_.data(), rawSize(algorithm_)}; }
  bool isNone() const { return *this == Digest{}; }

  static constexpr std::size_t rawSize(DigestAlgorithm a) { return a == DigestAlgorithm::Sha256 ? 32 : 64; }

  friend bool operator==(const Digest&, const Digest&) = default;
  friend auto operator<=>(const Digest&, const Digest&) = default;

 private:
  DigestAlgorithm algorithm_ = DigestAlgorithm::Sha256;
  std::array<std::byte, 64> raw_{};
};

// Incremental hash over OpenSSL. Movable; one thread at a time.
class Hasher {
 public:
  explicit Hasher(DigestAlgorithm algorithm = DigestAlgorithm::Sha256);
  ~Hasher();
  Hasher(Hasher&&) noexcept;
  Hasher& operator=(Hasher&&) noexcept;

  void update(std::span<const std::byte> data);
  // The digest of all that was given so far. The hasher can go on afterwards.
  Digest digest() const;
  DigestAlgorithm algorithm() const { return algorithm_; }

 private:
  struct Deleter {
    void operator()(void* context) const;
  };
  DigestAlgorithm algorithm_;
  std::unique_ptr<void, Deleter> context_;
};

}  // namespace larder::core

template <>
struct std::hash<larder::core::Digest> {
  std::size_t operator()(const larder::core::Digest& digest) const noexcept;
};
