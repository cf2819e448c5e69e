#include "browse/manifest_tree.hpp"

#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

namespace larder::registry {
namespace {

constexpr std::size_t kMaxManifests = 1000;
constexpr std::size_t kMaxBlobs = 10'000;
constexpr std::size_t kMaxDepth = 4;

// An index may name blobs too, as build caches do: they are shown as layers.
void takeBlobs(const ManifestDocument& document, ManifestNode& into, std::size_t& left) {
  auto take = [&](const Descriptor& descriptor) -> std::optional<NamedBlob> {
    if (left == 0) return std::nullopt;
    --left;
    return NamedBlob{descriptor.digest, descriptor.mediaType, descriptor.size};
  };
  if (document.config) into.config = take(*document.config);
  auto addLayer = [&](const Descriptor& descriptor) {
    if (auto blob = take(descriptor)) into.layers.push_back(std::move(*blob));
  };
  for (const auto& layer : document.layers) addLayer(layer);
  for (const auto& entry : document.manifests) {
    if (!leadsToManifest(entry)) addLayer(entry);
  }
}

template <class Visit>
void forEachBlob(ManifestNode& node, const Visit& visit) {
  if (node.config) visit(*node.config);
  for (auto& layer : node.layers) visit(layer);
  for (auto& child : node.manifests) forEachBlob(child, visit);
}

class Tree {
 public:
  Tree(std::shared_ptr<Context> context, std::string repository)
      : context_(std::move(context)), repository_(std::move(repository)) {}

  Task<Result<void>> grow(ManifestNode* node, std::shared_ptr<const std::string> content, std::size_t depth);
  Task<Result<void>> locate(ManifestNode* root);

 private:
  Task<Result<void>> growChild(ManifestNode* child, std::size_t depth);

  std::shared_ptr<Context> context_;
  std::string repository_;
  std::size_t manifestsLeft_ = kMaxManifests;
  std::size_t blobsLeft_ = kMaxBlobs;
};

Task<Result<void>> Tree::grow(ManifestNode* node, std::shared_ptr<const std::string> content, std::size_t depth) {
  auto document = co_await parseManifestOn(context_->runtime.blocking(), content.get(), &node->mediaType);
  if (!document) co_return core::fail(document.error());
  node->stored = true;
  node->mediaType = document->mediaType;
  node->artifactType = document->artifactType;
  node->annotationsJson = document->annotationsJson;
  node->subject = document->subject;
  takeBlobs(*document, *node, blobsLeft_);
  for (auto& entry : document->manifests) {
    if (!leadsToManifest(entry)) continue;
    if (manifestsLeft_ == 0) break;
    --manifestsLeft_;
    auto& child = node->manifests.emplace_back();
    child.digest = entry.digest;
    child.mediaType = std::move(entry.mediaType);
    child.artifactType = std::move(entry.artifactType);
    child.size = entry.size;
    child.annotationsJson = std::move(entry.annotationsJson);
    if (!entry.platform.empty()) child.platform = parsePlatform(entry.platform);
    auto grown = co_await growChild(&child, depth + 1);
    if (!grown) co_return grown;
  }
  co_return Result<void>{};
}

Task<Result<void>> Tree::growChild(ManifestNode* child, std::size_t depth) {
  auto stored = co_await loadManifest(context_->meta, context_->blobs, repository_, Reference::ofDigest(child->digest));
  if (!stored) co_return core::fail(stored.error());
  if (!*stored) co_return Result<void>{};
  child->stored = true;
  child->size = (*stored)->lookup.manifest.size;
  child->mediaType = (*stored)->lookup.manifest.mediaType;
  if (depth >= kMaxDepth) co_return Result<void>{};
  // Annotations of the descriptor say what the index thinks of it; those of the manifest itself say more.
  auto told = child->annotationsJson;
  auto grown = co_await grow(child, (*stored)->content, depth);
  if (grown && child->annotationsJson.empty()) child->annotationsJson = std::move(told);
  co_return grown;
}

// Where the blobs are is asked of the store at once. That a manifest names a digest lets nobody know whether another
// repository has it.
Task<Result<void>> Tree::locate(ManifestNode* root) {
  std::unordered_map<Digest, storage::Whereabouts> places;
  std::vector<Digest> asked;
  forEachBlob(*root, [&](const NamedBlob& blob) {
    if (places.try_emplace(blob.digest).second) asked.push_back(blob.digest);
  });
  auto found = co_await context_->browse->whereabouts(repository_, asked);
  if (!found) co_return core::fail(found.error());
  for (std::size_t i = 0; i < asked.size(); ++i) {
    auto place = (*found)[i];
    place.elsewhere = place.elsewhere && place.here;
    if (place.here) {
      auto stored = co_await context_->blobs->stat(asked[i]);
      if (!stored) co_return core::fail(stored.error());
      place.here = stored->has_value();
    }
    places[asked[i]] = place;
  }
  forEachBlob(*root, [&](NamedBlob& blob) {
    const auto& place = places[blob.digest];
    blob.stored = place.here;
    blob.shared = place.elsewhere;
  });
  co_return Result<void>{};
}

struct Sums {
  std::uint64_t total = 0, stored = 0;
  std::unordered_set<Digest> seen;

  void add(const Digest& digest, std::uint64_t size, bool isStored) {
    if (!seen.insert(digest).second) return;
    total += size;
    if (isStored) stored += size;
  }
  void add(const ManifestNode& node) {
    add(node.digest, node.size, node.stored);
    if (node.config) add(node.config->digest, node.config->size, node.config->stored);
    for (const auto& layer : node.layers) add(layer.digest, layer.size, layer.stored);
    for (const auto& child : node.manifests) add(child);
  }
};

void measure(ManifestNode& node) {
  for (auto& child : node.manifests) measure(child);
  Sums sums;
  sums.add(node);
  node.totalBytes = sums.total;
  node.storedBytes = sums.stored;
}

}  // namespace

Platform parsePlatform(std::string_view text) {
  auto next = [&text] {
    auto end = std::min(text.find('/'), text.size());
    std::string part(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    return part;
  };
  Platform platform;
  platform.os = next();
  platform.architecture = next();
  platform.variant = std::string(text);
  return platform;
}

Task<Result<ManifestNode>> growTree(std::shared_ptr<Context> context, std::string repository,
                                    storage::ManifestRecord record, std::shared_ptr<const std::string> content) {
  ManifestNode root;
  root.digest = record.digest;
  root.mediaType = std::move(record.mediaType);
  root.size = record.size;
  Tree tree(std::move(context), std::move(repository));
  auto grown = co_await tree.grow(&root, std::move(content), 0);
  if (grown) grown = co_await tree.locate(&root);
  if (!grown) co_return core::fail(grown.error());
  measure(root);
  co_return root;
}

}  // namespace larder::registry
