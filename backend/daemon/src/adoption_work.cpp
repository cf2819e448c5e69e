#include "adoption_work.hpp"

#include <algorithm>
#include <optional>
#include <system_error>
#include <unordered_set>

#include "larder/runtime/offload.hpp"

namespace larder::daemon {
namespace {

namespace fs = std::filesystem;
using core::ErrorCode;
using core::Result;
using runtime::Task;

constexpr std::size_t kToldProblems = 3;  // of a repository
constexpr std::chrono::seconds kManifestsWait{15}, kBlobWait{60};
constexpr std::chrono::hours kBackgroundWait{1};

// Of indexes that are read at once: parsed they take several times their bytes. Of large blobs that are copied at once:
// each has a buffer.
constexpr ImportBudget::Limit kIndexes{64, 1 << 20}, kUrgentIndexes{128, 4 << 20};
constexpr ImportBudget::Limit kCopies{4, UINT64_MAX}, kUrgentCopies{32, UINT64_MAX};

// A huge one waits for the background work to pause, and for nobody when it is asked for.
std::uint64_t shareOf(const std::optional<LayoutMark>& index) {
  return index ? std::min(index->bytes, kIndexes.bytes) : 0;
}

// It may go better at the next start.
bool isPassing(ErrorCode code) {
  return code == ErrorCode::NoSpace || code == ErrorCode::Io || code == ErrorCode::Conflict ||
         code == ErrorCode::Timeout || code == ErrorCode::TooManyRequests;
}

// The blobs with their sizes; of what is not there whole, the problems. Zot leaves empty files where the content
// is kept elsewhere. Blocks.
std::vector<TakenBlob> sizesOf(const fs::path& repository, const std::vector<LayoutBlob>& blobs,
                               std::vector<core::Error>& problems) {
  std::vector<TakenBlob> sized;
  for (const auto& blob : blobs) {
    auto path = layoutBlobPath(repository, blob.digest);
    std::error_code error;
    bool isFile = fs::is_regular_file(fs::symlink_status(path, error));
    auto size = isFile ? fs::file_size(path, error) : 0;
    if (error || !isFile || (size == 0 && blob.size != 0U)) {
      problems.push_back({ErrorCode::BlobUnknown, "The blob is missing.", blob.digest.toString()});
    } else if (blob.size && *blob.size != size) {
      problems.push_back(
          {ErrorCode::Corrupt,
           "The blob has " + std::to_string(size) + " bytes, and its manifest says " + std::to_string(*blob.size) + ".",
           blob.digest.toString()});
    } else {
      sized.push_back({blob.digest, size, std::nullopt});
    }
  }
  return sized;
}

core::Error notYet(const char* message, std::string where) {
  return {ErrorCode::Timeout, message, std::move(where)};
}

}  // namespace

bool Adoption::Root::clones(const fs::path& sample) {
  std::call_once(tried_, [&] {
    auto shared = canShare(Transfer::Clone, sample, settings.source);
    clones_ = shared && *shared;
  });
  return clones_;
}

void Adoption::Work::tell(const core::Error& problem) {
  if (isPassing(problem.code)) mayGoBetter_ = true;
  auto count = ++problems_;
  if (count <= kToldProblems) {
    spdlog::warn("import.problem repository={} where=\"{}\" message=\"{}\"", name, problem.where, problem.message);
  } else if (count == kToldProblems + 1) {
    spdlog::warn("import.more_problems repository={}", name);
  }
}

Task<Result<void>> Adoption::manifests(std::string repository) {
  if (finished_ || repository.empty()) co_return Result<void>{};
  auto found = find(repository);
  if (!found && !named_) {
    co_await discover(repository);
    found = find(repository);
  }
  if (!found) co_return Result<void>{};
  {
    std::lock_guard lock(mutex_);
    if (!std::exchange(found->asked, true)) urgent_.push_back(found);
    if (found->work) co_return Result<void>{};
  }
  auto self = shared_from_this();
  auto read = co_await readings_.run(
      std::move(repository), engine_.runtime().blockingQueue(), [self, found] { return self->read(found, true); },
      deadlineIn(kManifestsWait));
  if (read.result || read.result.error().code != ErrorCode::Timeout) co_return Result<void>{};
  co_return core::fail(notYet("The repository is still being imported. Try again in a moment.", found->name));
}

Task<Result<void>> Adoption::blob(core::Digest digest) {
  if (finished_ || !isMissing(digest)) co_return Result<void>{};
  auto self = shared_from_this();
  auto taken = co_await takings_.run(
      digest.toString(), engine_.runtime().blockingQueue(), [self, digest] { return self->take(digest, true); },
      deadlineIn(kBlobWait));
  if (taken.result || taken.result.error().code != ErrorCode::Timeout) co_return Result<void>{};
  co_return core::fail(notYet("The blob is still being imported. Try again in a moment.", digest.toString()));
}

Task<> Adoption::bring(Pointer repository) {
  auto self = shared_from_this();
  auto queue = engine_.runtime().blockingQueue();
  if (!workOf(*repository)) {
    auto mark = markOf(repository->root.settings.source / repository->name);
    auto share = co_await indexes_.take(shareOf(mark), kIndexes);
    co_await readings_.run(
        repository->name, queue, [self, repository] { return self->read(repository, false); },
        deadlineIn(kBackgroundWait));
  }
  auto work = workOf(*repository);
  if (!work) co_return;
  for (const auto& blob : work->blobs) {
    if (endsEarly()) co_return;
    const auto& digest = blob.digest;
    if (!isMissing(digest)) continue;
    std::optional<ImportBudget::Share> share;
    if (work->copies) {
      share.emplace(co_await copies_.take(blob.size, kCopies));
      if (!co_await hasRoom(repository->name)) {
        work->waits = true;
        continue;
      }
    }
    co_await takings_.run(
        digest.toString(), queue, [self, digest] { return self->take(digest, false); }, deadlineIn(kBackgroundWait));
  }
}

Task<Result<bool>> Adoption::read(Pointer repository, bool urgent) {
  if (workOf(*repository)) co_return true;
  auto path = repository->root.settings.source / repository->name;
  auto mark = markOf(path);
  if (!mark) co_return core::fail(ErrorCode::Io, "index.json is gone.", path.string());
  std::optional<ImportBudget::Share> share;
  if (urgent) share.emplace(co_await indexes_.take(shareOf(mark), kUrgentIndexes));
  auto work = std::make_shared<Work>(engine_, repository->root, repository->name, std::move(*mark));
  work->copies = !repository->root.clones(path / "index.json");
  co_await readInto(work.get(), urgent);
  std::lock_guard lock(mutex_);
  for (const auto& blob : work->blobs) missing_[blob.digest].push_back({work, blob.size});
  repository->work = std::move(work);
  co_return true;
}

// What goes wrong it tells.
Task<> Adoption::readInto(Work* work, bool urgent) {
  auto before = co_await marks_.content(work->name);
  if (!before) co_return work->tell(before.error());
  work->adopted = std::move(*before);
  auto path = work->root.settings.source / work->name;
  auto content = readLayout(path);
  if (!content) co_return work->tell(content.error());
  std::vector<LayoutBlob> old;
  for (const auto& blob : leaveOutOld(*content, work->adopted)) {
    auto linked = co_await engine_.meta().blob(work->name, blob.digest);
    if (!linked || *linked) old.push_back(blob);  // else it was removed
  }
  auto sized = sizesOf(path, content->blobs, content->problems);
  work->blobs = sizesOf(path, old, content->problems);
  for (const auto& problem : content->problems) work->tell(problem);
  // A repository that was removed comes back with what is new alone.
  if (content->manifests.empty() && work->adopted.size() > 0) co_return;
  if (auto taken = co_await takeNew(work, &*content, std::move(sized), urgent); !taken) {
    co_return work->tell(taken.error());
  }
  // Before anybody can remove any of it.
  if (auto kept = co_await marks_.putContent(work->name, &work->adopted); !kept) co_return work->tell(kept.error());
  if (!work->blobs.empty()) co_await mark(work, Adopted::Manifests);
}

Task<Result<void>> Adoption::takeNew(Work* work, LayoutContent* content, std::vector<TakenBlob> sized, bool urgent) {
  auto& import = work->import;
  co_await import.findOrigin();
  std::unordered_set<core::Digest> here;
  for (const auto& blob : co_await import.takeSmall(smallCopies_, content, urgent)) here.insert(blob.digest);
  if (auto linked = co_await import.link(sized); !linked) co_return linked;
  for (const auto& manifest : co_await import.takeManifests(std::move(content->manifests))) {
    work->adopted.addManifest(manifest.digest);
    for (const auto& tag : manifest.tags) work->adopted.addTag(tag, manifest.digest);
  }
  for (const auto& problem : import.counts().problems) work->tell(problem);
  for (auto& blob : sized) {
    if (!here.contains(blob.digest)) work->blobs.push_back(std::move(blob));
  }
  co_return Result<void>{};
}

Task<> Adoption::mark(const Work* work, Adopted adopted) {
  if (auto marked = co_await marks_.put(work->name, work->mark, adopted); !marked) {
    spdlog::warn("import.not_marked repository={} error=\"{}\"", work->name, marked.error().message);
  }
}

// Of the first repository whose copy is whole. False if there is none.
Task<Result<bool>> Adoption::take(core::Digest digest, bool urgent) {
  while (true) {
    auto [work, bytes] = nextCandidate(digest);
    if (!work) co_return false;
    std::optional<ImportBudget::Share> share;
    if (urgent && work->copies) share.emplace(co_await copies_.take(bytes, kUrgentCopies));
    auto taken = co_await work->import.takeBlob(digest);
    if (!taken) work->tell(taken.error());
    std::lock_guard lock(mutex_);
    auto& others = missing_[digest];
    if (taken) {
      std::erase_if(others, [&](const Candidate& other) { return &other.work->root == &work->root; });
    } else if (isPassing(taken.error().code)) {
      others.push_back({work, bytes});
      co_return false;
    }
    if (!others.empty()) continue;  // also where another data directory has it
    missing_.erase(digest);
    co_return taken.has_value();
  }
}

Task<bool> Adoption::hasRoom(std::string repository) {
  auto state = co_await engine_.registry().housekeeping().storageState();
  auto own = co_await engine_.blobsOf(repository).usage();
  if (!state || !own) co_return true;  // what is wrong there the copy tells
  auto used = state->usage.bytes + state->usage.partialBytes;
  auto bytes = copies_.bytes();
  bool fits = own->free > bytes && own->free - bytes > state->minFreeBytes + state->minFreeBytes / 10;
  co_return fits && (!state->highWatermarkBytes || used + bytes < *state->highWatermarkBytes);
}

Adoption::Pointer Adoption::find(const std::string& repository) const {
  std::lock_guard lock(mutex_);
  auto found = repositories_.find(repository);
  return found == repositories_.end() ? nullptr : found->second;
}

std::shared_ptr<Adoption::Work> Adoption::workOf(const Repository& repository) const {
  std::lock_guard lock(mutex_);
  return repository.work;
}

bool Adoption::isMissing(const core::Digest& digest) const {
  std::lock_guard lock(mutex_);
  return missing_.contains(digest);
}

// The entry stays while its candidates are tried, so that whoever asks meanwhile waits.
Adoption::Candidate Adoption::nextCandidate(const core::Digest& digest) {
  std::lock_guard lock(mutex_);
  auto found = missing_.find(digest);
  if (found == missing_.end() || found->second.empty()) return {};
  auto candidate = std::move(found->second.back());
  found->second.pop_back();
  return candidate;
}

void Adoption::forget(const std::shared_ptr<Work>& work) {
  for (const auto& blob : work->blobs) {
    auto found = missing_.find(blob.digest);
    if (found == missing_.end()) continue;
    std::erase_if(found->second, [&](const Candidate& candidate) { return candidate.work == work; });
    if (found->second.empty()) missing_.erase(found);
  }
}

}  // namespace larder::daemon
