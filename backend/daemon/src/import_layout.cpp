#include "import_layout.hpp"

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>
#include <system_error>
#include <unordered_map>
#include <utility>

#include "larder/core/json.hpp"
#include "larder/core/media_types.hpp"
#include "larder/core/reference.hpp"

namespace larder::daemon {
namespace {

namespace fs = std::filesystem;
using core::ErrorCode;
using Json = nlohmann::json;

constexpr std::size_t kMaxIndexBytes = 256 * 1024 * 1024;  // index.json names every manifest of a repository
constexpr core::JsonLimits kIndexLimits{.bytes = kMaxIndexBytes, .values = 10'000'000};
constexpr int kMaxDepth = 8;  // of indexes in indexes
constexpr const char* kTagAnnotation = "org.opencontainers.image.ref.name";

core::Result<std::string> readFile(const fs::path& path, std::size_t limit) {
  std::error_code error;
  auto size = fs::is_regular_file(fs::symlink_status(path, error)) ? fs::file_size(path, error) : 0;
  if (error) return core::fail(ErrorCode::Io, error.message(), path.string());
  if (size > limit) return core::fail(ErrorCode::TooLarge, "The file is too large.", path.string());
  std::string content(static_cast<std::size_t>(size), '\0');
  std::ifstream file(path, std::ios::binary);
  file.read(content.data(), static_cast<std::streamsize>(content.size()));
  if (!file || static_cast<std::size_t>(file.gcount()) != content.size()) {
    return core::fail(ErrorCode::Io, "The file cannot be read.", path.string());
  }
  return content;
}

std::string text(const Json& object, const char* key) {
  auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

const Json* array(const Json& object, const char* key) {
  auto found = object.find(key);
  return found != object.end() && found->is_array() ? &*found : nullptr;
}

std::optional<core::Digest> digestOf(const Json& descriptor) {
  if (!descriptor.is_object()) return std::nullopt;
  auto digest = core::Digest::parse(text(descriptor, "digest"));
  return digest ? std::optional(*digest) : std::nullopt;
}

class Walk {
 public:
  explicit Walk(const fs::path& repository) : repository_(repository) {}

  void visit(const Json& descriptor, bool fromIndex, int depth) {
    auto digest = digestOf(descriptor);
    if (!digest) return problem({ErrorCode::ManifestInvalid, "A descriptor has no valid digest.", {}});
    if (!fromIndex && !fs::exists(layoutBlobPath(repository_, *digest))) return;  // a platform that was never fetched
    auto [known, isNew] = places_.try_emplace(*digest, kPending);
    if (isNew) {
      if (!walk(*digest, text(descriptor, "mediaType"), depth)) return;
      known = places_.find(*digest);
    }
    if (known->second == kPending || !fromIndex) return;
    auto annotations = descriptor.find("annotations");
    if (annotations == descriptor.end() || !annotations->is_object()) return;
    auto tag = text(*annotations, kTagAnnotation);
    if (tag.empty()) return;
    if (!core::isTag(tag))
      return problem({ErrorCode::TagInvalid, "The tag is not valid under the OCI specification.", tag});
    content_.manifests[known->second].tags.push_back(std::move(tag));
  }

  LayoutContent take() { return std::move(content_); }

 private:
  static constexpr std::size_t kPending = SIZE_MAX;

  void problem(core::Error error) { content_.problems.push_back(std::move(error)); }

  bool walk(const core::Digest& digest, std::string mediaType, int depth) {
    auto bytes = readLayoutManifest(repository_, digest);
    if (!bytes) return problem(bytes.error()), false;
    auto manifest = core::parseJson(*bytes).value_or(nullptr);
    if (!manifest.is_object() || depth > kMaxDepth) {
      return problem({ErrorCode::ManifestInvalid, "This is not a manifest.", digest.toString()}), false;
    }
    if (mediaType.empty()) mediaType = text(manifest, "mediaType");
    LayoutManifest found{digest, std::move(mediaType), {}, {}, {}};
    for (const char* key : {"layers", "blobs"}) {
      if (const auto* list = array(manifest, key)) {
        for (const auto& descriptor : *list) addBlob(found, descriptor);
      }
    }
    if (auto config = manifest.find("config"); config != manifest.end()) addBlob(found, *config);
    if (const auto* children = array(manifest, "manifests")) {
      for (const auto& child : *children) {
        visit(child, false, depth + 1);
        if (auto childDigest = digestOf(child)) found.children.push_back(*childDigest);
      }
    }
    places_[digest] = content_.manifests.size();
    content_.manifests.push_back(std::move(found));
    return true;
  }

  void addBlob(LayoutManifest& manifest, const Json& descriptor) {
    auto digest = digestOf(descriptor);
    if (!digest) return;
    auto [place, isNew] = blobs_.try_emplace(*digest, content_.blobs.size());
    manifest.blobs.push_back(place->second);
    if (!isNew) return;
    auto size = descriptor.find("size");
    bool isSize = size != descriptor.end() && size->is_number_unsigned();
    content_.blobs.push_back({*digest, isSize ? std::optional(size->get<std::uint64_t>()) : std::nullopt});
  }

  const fs::path& repository_;
  LayoutContent content_;
  std::unordered_map<core::Digest, std::size_t> places_;  // in content_.manifests
  std::unordered_map<core::Digest, std::size_t> blobs_;   // so, in content_.blobs
};

}  // namespace

core::Result<std::vector<std::string>> findLayouts(const fs::path& root) {
  std::error_code error;
  if (!fs::is_directory(root, error)) {
    return core::fail(ErrorCode::InvalidArgument, "The directory does not exist.", root.string());
  }
  std::vector<std::string> names;
  // Beside repositories there may be what only root can read: the lost+found of a volume.
  fs::recursive_directory_iterator at(root, fs::directory_options::skip_permission_denied, error);
  for (; !error && at != fs::recursive_directory_iterator(); at.increment(error)) {
    auto name = at->path().filename().string();
    std::error_code unreadable;
    if (!at->is_directory(unreadable)) continue;
    if (name.front() == '.' || name.front() == '_' || name == "blobs") {
      at.disable_recursion_pending();
    } else if (fs::exists(at->path() / "index.json", unreadable)) {
      names.push_back(fs::relative(at->path(), root).string());
    }
  }
  if (error) return core::fail(ErrorCode::Io, error.message(), root.string());
  std::sort(names.begin(), names.end());
  return names;
}

core::Result<LayoutContent> readLayout(const fs::path& repository) {
  auto bytes = readFile(repository / "index.json", kMaxIndexBytes);
  if (!bytes) return core::fail(bytes.error());
  auto index = core::parseJson(*bytes, kIndexLimits).value_or(nullptr);
  const auto* manifests = index.is_object() ? array(index, "manifests") : nullptr;
  if (!manifests) {
    return core::fail(ErrorCode::ManifestInvalid, "This is not the index of an OCI image layout.",
                      (repository / "index.json").string());
  }
  Walk walk(repository);
  for (const auto& descriptor : *manifests) walk.visit(descriptor, true, 0);
  return walk.take();
}

fs::path layoutBlobPath(const fs::path& repository, const core::Digest& digest) {
  return repository / "blobs" / digest.algorithmName() / digest.hex();
}

core::Result<std::string> readLayoutManifest(const fs::path& repository, const core::Digest& digest) {
  auto path = layoutBlobPath(repository, digest);
  if (!fs::exists(path)) {
    return core::fail(ErrorCode::ManifestUnknown, "The manifest is missing.", digest.toString());
  }
  auto content = readFile(path, core::media::kMaxManifestBytes);
  if (!content) return core::fail(content.error());
  if (core::Digest::of(*content, digest.algorithm()) != digest) {
    return core::fail(ErrorCode::Corrupt, "The manifest is corrupt: its digest does not match.", digest.toString());
  }
  return content;
}

}  // namespace larder::daemon
