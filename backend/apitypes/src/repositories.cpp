#include "larder/apitypes/repositories.hpp"

#include "members.hpp"

namespace larder::apitypes {

LARDER_WORDS(Blocked, "whole", "tags")

LARDER_JSON(Origin, host, name)
LARDER_JSON(Repository, name, origin, sizeBytes, tags, pulls, createdAt, lastPulledAt, blocked)
LARDER_JSON(NewBlock, repository, tags, pull, mirror, reason)
LARDER_JSON_OVER(BlockSaved, ConfigSaved, id)
LARDER_JSON_OVER(RepositoryDetail, Repository, manifests, ownBytes, may, blocks)
LARDER_JSON(Tag, name, digest, mediaType, pulls, pushedAt, lastPulledAt, checkedAt, cached, pinned, sizeBytes, ownBytes,
            sharedBytes)
LARDER_JSON(Platform, os, architecture, variant)
LARDER_JSON(Blob, digest, mediaType, sizeBytes, stored, shared)
LARDER_JSON(ManifestNode, digest, mediaType, artifactType, sizeBytes, stored, repeated, platform, annotations, subject,
            config, layers, manifests, totalBytes, storedBytes)
LARDER_JSON(PullCommand, client, command)
LARDER_JSON(Manifest, repository, reference, tags, pulls, pushedAt, lastPulledAt, cached, pinned, root, truncated, pull)
LARDER_JSON(HistoryStep, createdBy, createdAt, comment, empty, digest, sizeBytes)
LARDER_JSON(Image, digest, platform, createdAt, author, user, workingDir, stopSignal, labels, env, entrypoint, cmd,
            exposedPorts, volumes, history)
LARDER_JSON(Referrer, digest, mediaType, artifactType, sizeBytes, annotations, tag)
LARDER_JSON(Pin, repository, reference)
LARDER_JSON(Recheck, digest, changed, previous)
LARDER_JSON(Prefetch, image, ns, platforms)

}  // namespace larder::apitypes
