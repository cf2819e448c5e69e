// Names of repositories and tags, and references to manifests (OCI distribution-spec 1.1, "Pulling manifests").
#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "larder/core/digest.hpp"
#include "larder/core/result.hpp"

namespace larder::core {

inline constexpr std::size_t kMaxRepositoryName = 255;
inline constexpr std::size_t kMaxTag = 128;

// Whether `name` is in the spec's grammar
// `[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(\/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*`, at most 255 characters.
bool isRepositoryName(std::string_view name);
// Whether `tag` is in the spec's grammar `[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}`.
bool isTag(std::string_view tag);

// A tag or a digest.
class Reference {
 public:
  // DigestInvalid for what has a colon and is no digest, TagInvalid for what is neither.
  static Result<Reference> parse(std::string_view text);
  static Reference ofTag(std::string tag) { return Reference{std::move(tag)}; }
  static Reference ofDigest(Digest digest) { return Reference{digest}; }

  bool isDigest() const { return std::holds_alternative<Digest>(value_); }
  bool isTag() const { return !isDigest(); }
  const Digest& digest() const { return std::get<Digest>(value_); }
  const std::string& tag() const { return std::get<std::string>(value_); }
  std::string toString() const { return isDigest() ? digest().toString() : tag(); }

  friend bool operator==(const Reference&, const Reference&) = default;

 private:
  explicit Reference(std::string tag) : value_(std::move(tag)) {}
  explicit Reference(Digest digest) : value_(digest) {}
  std::variant<std::string, Digest> value_;
};

}  // namespace larder::core
