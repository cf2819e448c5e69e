#include "signed_images.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <array>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "ask.hpp"
#include "attachment_tags.hpp"
#include "browse/image_config.hpp"
#include "referrers_index.hpp"

namespace larder::registry {
namespace {

using core::ErrorCode;

constexpr std::array<std::string_view, 3> kSignatureTypes{
    "application/vnd.cncf.notary.signature",
    "application/vnd.dev.cosign.artifact.sig.v1+json",
    "application/vnd.dev.sigstore.bundle.v0.3+json",
};

constexpr std::array<std::string_view, 2> kImageLayers{"application/vnd.oci.image.layer.",
                                                       "application/vnd.docker.image.rootfs."};

bool isSignatureType(std::string_view artifactType) {
  return std::ranges::find(kSignatureTypes, artifactType) != kSignatureTypes.end();
}

// What a container can be made of, or leads to that: an index, and an image with layers of images. Runtimes know both
// the configuration and the layers by their media types.
bool mayRun(const ManifestDocument& document) {
  if (!document.manifests.empty()) return true;
  if (!document.config || !isImageConfig(document.config->mediaType)) return false;
  return std::ranges::any_of(document.layers, [](const Descriptor& layer) {
    return std::ranges::any_of(kImageLayers, [&](auto prefix) { return layer.mediaType.starts_with(prefix); });
  });
}

// Signatures, by their tag or by what they say they are. What could be run as well is none: once here, it would be let
// in under every other tag.
bool isAttachment(const Reference& reference, const ManifestDocument& document) {
  if (mayRun(document)) return false;
  if (!reference.isTag()) return document.subject.has_value() && isSignatureType(document.artifactType);
  auto attached = parseAttachmentTag(reference.tag());
  return attached && !attached->suffix.empty();
}

// What was let in before, and what belongs to it.
Task<Result<bool>> belongsHere(std::shared_ptr<Context> context, std::string repository, Reference reference,
                               Digest digest, std::optional<Digest> subject) {
  auto stored = co_await context->meta->manifest(repository, Reference::ofDigest(digest));
  if (!stored) co_return core::fail(stored.error());
  if (*stored) co_return true;
  if (subject && reference.isDigest()) {
    auto image = co_await context->meta->manifest(repository, Reference::ofDigest(*subject));
    if (!image) co_return core::fail(image.error());
    if (*image) co_return true;
  }
  auto indexes = co_await context->meta->manifestsNaming(repository,
                                                         {.digest = digest, .as = storage::NamedAs::Child, .limit = 1});
  if (!indexes) co_return core::fail(indexes.error());
  co_return !indexes->items.empty();
}

// Whether the upstream has this tag.
Task<Result<bool>> hasTag(RouteTarget target, std::string tag, SteadyTime deadline) {
  auto asked = co_await askInOrder<upstream::ManifestHead>(
      std::span(&target, 1), [reference = Reference::ofTag(std::move(tag)), deadline](upstream::UpstreamSource& source,
                                                                                      const std::string& name) {
        return source.headManifest(name, reference, deadline);
      });
  if (asked.result) co_return true;
  if (isAbsence(asked.result.error().code)) co_return false;
  co_return core::fail(asked.result.error());
}

Task<Result<bool>> hasSignatureReferrer(runtime::Executor blocking, RouteTarget target, Digest digest,
                                        SteadyTime deadline) {
  auto asked = co_await askInOrder<std::string>(
      std::span(&target, 1), [digest, deadline](upstream::UpstreamSource& source, const std::string& name) {
        return source.referrers(name, digest, deadline);
      });
  if (!asked.result && isAbsence(asked.result.error().code)) co_return false;
  if (!asked.result) co_return core::fail(asked.result.error());
  auto referrers = co_await parseReferrersIndexOn(blocking, std::move(*asked.result));
  if (!referrers) co_return core::fail(referrers.error());
  co_return std::ranges::any_of(*referrers, [](const Referrer& r) { return isSignatureType(r.artifactType); });
}

Task<Result<bool>> isSigned(runtime::Executor blocking, RouteTarget target, Digest digest) {
  auto deadline = deadlineIn(kColdWait);
  // The tag first: it is what most signed images have, and a HEAD costs no pull quota.
  auto tag = std::string(digest.algorithmName()) + "-" + digest.hex() + ".sig";
  if (target.cosignTags && core::isTag(tag)) {
    auto there = co_await hasTag(target, std::move(tag), deadline);
    if (!there || *there) co_return there;
  }
  co_return co_await hasSignatureReferrer(blocking, std::move(target), digest, deadline);
}

}  // namespace

Task<Result<void>> checkSigned(std::shared_ptr<Context> context, std::string repository, RouteTarget target,
                               Reference reference, Digest digest, ManifestDocument document) {
  if (!target.onlySigned) co_return Result<void>{};
  if (isAttachment(reference, document)) co_return Result<void>{};
  auto subject = mayRun(document) ? std::nullopt : document.subject;
  auto belongs = co_await belongsHere(context, repository, reference, digest, subject);
  if (!belongs) co_return core::fail(belongs.error());
  if (*belongs) co_return Result<void>{};
  auto host = target.origin.host;
  auto verdict = co_await isSigned(context->runtime.blocking(), std::move(target), digest);
  if (!verdict) co_return core::fail(verdict.error());
  if (*verdict) co_return Result<void>{};
  spdlog::warn("manifest.unsigned repository={} reference={} digest={} upstream={}", repository, reference.toString(),
               digest.toString(), host);
  co_return core::fail(ErrorCode::UpstreamNotFound,
                       "The image has neither a cosign nor a notation signature, and the sync rule for " + host +
                           " only accepts signed images (onlySigned).",
                       digest.toString());
}

}  // namespace larder::registry
