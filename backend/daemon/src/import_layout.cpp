#include "import_layout.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>
#include <span>
#include <unordered_map>
#include <utility>

#include "larder/core/json.hpp"
#include "larder/core/media_types.hpp"
#include "larder/core/reference.hpp"
#include "larder/core/units.hpp"

namespace larder::daemon {
namespace {

namespace fs = std::filesystem;
using core::ErrorCode;
using Json = nlohmann::json;

constexpr int kMaxDepth = 8;  // of indexes in indexes
constexpr const char* kTagAnnotation = "org.opencontainers.image.ref.name";

core::Result<std::string> contentOf(const SourceFile& file) {
  std::string content(static_cast<std::size_t>(file.size()), '\0');
  auto read = file.readAt(0, std::as_writable_bytes(std::span(content)));
  if (!read) return core::fail(std::move(read.error()));
  if (*read != content.size()) return core::fail(ErrorCode::Io, "The file became shorter while it was read.");
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
  explicit Walk(const LayoutPlace& place) : place_(place) {}

  void visit(const Json& descriptor, bool fromIndex, int depth) {
    auto digest = digestOf(descriptor);
    if (!digest) return problem({ErrorCode::ManifestInvalid, "A descriptor has no valid digest.", {}});
    if (!fromIndex && !openLayoutBlob(place_, *digest)) return;  // a platform that was never fetched
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
    auto bytes = readLayoutManifest(place_, digest);
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

  const LayoutPlace& place_;
  LayoutContent content_;
  std::unordered_map<core::Digest, std::size_t> places_;  // in content_.manifests
  std::unordered_map<core::Digest, std::size_t> blobs_;   // so, in content_.blobs
};

// One listing after another, from a list of those that are still to come: as deep as a tree may be.
class Search {
 public:
  explicit Search(const fs::path& root) : root_(root) {}

  core::Result<FoundLayouts> run() {
    if (!list({"", false})) {
      return core::fail(ErrorCode::InvalidArgument, "The directory does not exist, or cannot be read.", root_.string());
    }
    while (!waiting_.empty()) {
      auto next = std::move(waiting_.back());
      waiting_.pop_back();
      auto listed = list(next);
      if (!listed && listed.error().code != ErrorCode::NotFound) skip(next.path);
    }
    std::ranges::sort(found_.names);
    return std::move(found_);
  }

 private:
  struct Directory {
    std::string path;      // "" for the root
    bool ofBlobs = false;  // of the layout that it stands in; a repository may be called so all the same
  };
  struct Closer {
    void operator()(DIR* directory) const { ::closedir(directory); }
  };

  core::Result<void> list(const Directory& directory) {
    auto opened = openBelow(root_, directory.path.empty() ? "." : directory.path, O_RDONLY | O_DIRECTORY);
    if (!opened) return core::fail(std::move(opened.error()));
    int descriptor = (*opened)->descriptor();
    // It closes what it is given.
    std::unique_ptr<DIR, Closer> stream(::fdopendir(::fcntl(descriptor, F_DUPFD_CLOEXEC, 0)));
    if (!stream) return core::fail(ErrorCode::Io, "The directory cannot be read.", directory.path);
    std::vector<std::string> below;
    bool hasIndex = false, isLayout = false;
    while (const auto* entry = ::readdir(stream.get())) {
      std::string name = entry->d_name;
      if (name.front() == '.' || name.front() == '_') continue;
      auto type = typeOf(descriptor, *entry);
      if (name == "index.json") hasIndex = type == DT_REG;
      isLayout |= name == "index.json" || name == "oci-layout";
      bool isAlgorithm = directory.ofBlobs && (name == "sha256" || name == "sha512");
      auto path = directory.path.empty() ? name : directory.path + "/" + name;
      if (type == DT_DIR && !isAlgorithm) below.push_back(std::move(name));
      if (type == DT_LNK && leadsToDirectory(descriptor, entry->d_name)) skip(path);
    }
    if (hasIndex && !directory.path.empty()) found_.names.push_back(directory.path);
    for (auto& name : below) {
      bool ofBlobs = isLayout && name == "blobs";
      auto path = directory.path.empty() ? std::move(name) : directory.path + "/" + name;
      if (path.size() <= core::kMaxRepositoryName) {
        waiting_.push_back({std::move(path), ofBlobs});
      } else {
        skip(directory.path);
      }
    }
    return {};
  }

  static unsigned char typeOf(int directory, const ::dirent& entry) {
    if (entry.d_type != DT_UNKNOWN) return entry.d_type;
    struct ::stat info{};
    bool known = ::fstatat(directory, entry.d_name, &info, AT_SYMLINK_NOFOLLOW) == 0;
    return known ? static_cast<unsigned char>(IFTODT(info.st_mode)) : entry.d_type;
  }

  static bool leadsToDirectory(int directory, const char* name) {
    struct ::stat info{};
    return ::fstatat(directory, name, &info, 0) == 0 && S_ISDIR(info.st_mode);
  }

  // Beside repositories there may be what only root can read: the lost+found of a volume.
  void skip(const std::string& path) {
    if (core::isRepositoryName(path) && found_.skipped++ == 0) found_.firstSkipped = path;
  }

  const fs::path& root_;
  FoundLayouts found_;
  std::vector<Directory> waiting_;
};

}  // namespace

core::Result<FoundLayouts> findLayouts(const fs::path& root) {
  return Search(root).run();
}

core::Result<SourceFile> openLayoutIndex(const LayoutPlace& place) {
  return openFileBelow(place.root, fs::path(place.name) / "index.json");
}

core::Result<SourceFile> openLayoutBlob(const LayoutPlace& place, const core::Digest& digest) {
  return openFileBelow(place.root, fs::path(place.name) / "blobs" / digest.algorithmName() / digest.hex());
}

core::Result<LayoutContent> readLayout(const LayoutPlace& place, std::size_t maxIndexBytes) {
  auto path = (place.path() / "index.json").string();
  auto file = openLayoutIndex(place);
  if (!file) return core::fail(std::move(file.error()));
  if (file->size() > maxIndexBytes) {
    return core::fail(ErrorCode::TooLarge,
                      "The index has " + core::formatBytes(file->size()) + "; no more than " +
                          core::formatBytes(maxIndexBytes) +
                          " are read: 16 MiB, or a 32nd of larder.memoryLimit if that is less.",
                      path);
  }
  Json index;
  {
    auto bytes = contentOf(*file);
    if (!bytes) return core::fail(bytes.error().code, bytes.error().message, path);
    index = core::parseJson(*bytes, {.bytes = maxIndexBytes, .values = 10'000'000}).value_or(nullptr);
  }
  const auto* manifests = index.is_object() ? array(index, "manifests") : nullptr;
  if (!manifests) return core::fail(ErrorCode::ManifestInvalid, "This is not the index of an OCI image layout.", path);
  Walk walk(place);
  for (const auto& descriptor : *manifests) walk.visit(descriptor, true, 0);
  return walk.take();
}

core::Result<std::string> readLayoutManifest(const LayoutPlace& place, const core::Digest& digest) {
  auto file = openLayoutBlob(place, digest);
  if (!file && file.error().code == ErrorCode::NotFound) {
    return core::fail(ErrorCode::ManifestUnknown, "The manifest is missing.", digest.toString());
  }
  if (!file) return core::fail(std::move(file.error()));
  if (file->size() > core::media::kMaxManifestBytes) {
    return core::fail(ErrorCode::TooLarge, "The manifest is too large.", digest.toString());
  }
  auto content = contentOf(*file);
  if (!content) return core::fail(content.error().code, content.error().message, digest.toString());
  if (core::Digest::of(*content, digest.algorithm()) != digest) {
    return core::fail(ErrorCode::Corrupt, "The manifest is corrupt: its digest does not match.", digest.toString());
  }
  return content;
}

}  // namespace larder::daemon
