// Takes one repository of an OCI layout over into the stores of an Engine.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine.hpp"
#include "import_copies.hpp"
#include "import_layout.hpp"
#include "import_transfer.hpp"
#include "verified_source.hpp"

namespace larder::daemon {

struct ImportSettings {
  std::filesystem::path source;                 // the Zot tree
  Transfer wanted = Transfer::Clone;            // or HardLink; what cannot be shared so is copied
  std::function<void(std::uint64_t)> copied{};  // told of each piece that was copied, from any thread
  std::shared_ptr<VerifiedFiles> verified = std::make_shared<VerifiedFiles>();
};

struct ImportCounts {
  std::uint64_t manifests = 0;
  std::uint64_t tags = 0;
  std::uint64_t presentManifests = 0;  // of both, that were there before
  std::uint64_t presentTags = 0;
  std::uint64_t cloned = 0;  // blobs that came as Transfer says
  std::uint64_t linked = 0;
  std::uint64_t copied = 0;
  std::uint64_t present = 0;  // blobs that were there before
  std::uint64_t bytes = 0;    // of all but those
  std::vector<core::Error> problems;
};

struct TakenBlob {
  core::Digest digest;
  std::uint64_t size = 0;
  std::optional<Transfer> transfer;  // none: it was there before
};

// The steps of an import, in an order that suits the caller. Blobs are verified by their digests, manifests go the way
// of a push. What cannot be taken over is among the problems. Each step may be repeated: what is there already is kept,
// tags too. `engine` and `settings` outlive it. Methods run on io threads, one at a time, but for takeBlob().
class RepositoryImport {
 public:
  RepositoryImport(Engine& engine, const ImportSettings& settings, std::string name);

  // The first step: whether the repository is a copy of the one upstream that fills it, or was pushed.
  runtime::Task<> findOrigin();
  storage::MetaChange creation() const;
  // Makes the repository, and the blobs readable in it.
  runtime::Task<core::Result<void>> create(std::vector<TakenBlob> blobs);
  // Makes the blob readable; NameUnknown if the repository has been removed.
  runtime::Task<core::Result<void>> link(TakenBlob blob) const;
  // Those that are here now, with all of their tags.
  runtime::Task<std::vector<LayoutManifest>> takeManifests(std::vector<LayoutManifest> manifests);
  // Copies manifests and blobs that are small, together with those of other repositories. The blobs among them whose
  // files here are whole, which are counted; without `withBlobs` manifests alone. `urgent`: before those of others.
  runtime::Task<std::vector<TakenBlob>> takeSmall(std::shared_ptr<ImportCopies> copies, const LayoutContent* content,
                                                  bool withBlobs = true, bool urgent = false);
  // Brings the blob into the store; waits a while where somebody else is about to do the same. Fails unless the
  // repository's own file is whole, also where another repository's is stored already: whoever can write a manifest
  // into one repository must not be able to read in it what is in another. Several calls at once may run.
  runtime::Task<core::Result<TakenBlob>> takeBlob(core::Digest digest) const;

  void count(const TakenBlob& blob);
  void problem(core::Error error) { counts_.problems.push_back(std::move(error)); }
  const ImportCounts& counts() const { return counts_; }

 private:
  runtime::Task<core::Result<TakenBlob>> tryBlob(core::Digest digest) const;
  runtime::Task<core::Result<SourceFile>> open(core::Digest digest) const;
  runtime::Task<core::Result<void>> verify(SourceFile source, core::Digest digest) const;
  void appendLinks(std::vector<storage::MetaChange>& changes, const std::vector<TakenBlob>& blobs) const;
  // How the blob comes, and that it is there already unless it is to be copied.
  runtime::Task<core::Result<Transfer>> share(SourceFile source, core::Digest digest) const;
  runtime::Task<bool> takeManifest(const LayoutManifest* manifest);
  runtime::Task<core::Result<std::vector<std::string>>> missingTags(const std::vector<std::string>* tags);

  Engine& engine_;
  const ImportSettings& settings_;
  runtime::Executor blocking_;
  LayoutPlace layout_;
  std::string name_;
  std::filesystem::path root_;
  storage::Origin origin_;
  ImportCounts counts_;
};

// All of them, blobs first: a repository is complete before anybody can see what is in it. Runs on an io thread.
// `copies` is for what is copied anyway; null if nothing is.
runtime::Task<ImportCounts> importRepository(Engine* engine, const ImportSettings* settings,
                                             std::shared_ptr<ImportCopies> copies, std::string name,
                                             LayoutContent content);

}  // namespace larder::daemon
