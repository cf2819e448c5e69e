#include "adoption_work.hpp"

#include <algorithm>
#include <optional>
#include <unordered_set>

#include "larder/core/reference.hpp"
#include "larder/runtime/offload.hpp"

namespace larder::daemon {
namespace {

using core::ErrorCode;
using core::Result;
using runtime::Task;

constexpr std::size_t kToldProblems = 3;  // of a repository
constexpr std::chrono::seconds kManifestsWait{15}, kBlobWait{60};
constexpr std::chrono::hours kBackgroundWait{1};

// Of indexes that are read at once: parsed they take several times their bytes. Of large blobs that are copied at once:
// each has a buffer.
constexpr ImportBudget::Limit kIndexes{64, 1 << 20}, kUrgentIndexes{128, 4 << 20};  // a huge one alone
constexpr ImportBudget::Limit kCopies{4, UINT64_MAX}, kUrgentCopies{32, UINT64_MAX};

// It may go better at the next start.
bool isPassing(ErrorCode code) {
  return code == ErrorCode::NoSpace || code == ErrorCode::Io || code == ErrorCode::Conflict ||
         code == ErrorCode::Timeout || code == ErrorCode::TooManyRequests;
}

// The blobs with their sizes; of what is not there whole, the problems. Zot leaves empty files where the content
// is kept elsewhere. Blocks.
std::vector<TakenBlob> sizesOf(const LayoutPlace& place, const std::vector<LayoutBlob>& blobs,
                               std::vector<core::Error>& problems) {
  std::vector<TakenBlob> sized;
  for (const auto& blob : blobs) {
    auto file = openLayoutBlob(place, blob.digest);
    auto size = file ? file->size() : 0;
    if (!file || (size == 0 && blob.size != 0U)) {
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

bool Adoption::Root::clones(const LayoutPlace& sample) {
  std::call_once(tried_, [&] {
    auto file = openLayoutIndex(sample);
    auto shared = file ? canShare(Transfer::Clone, *file, settings.source) : core::Result<bool>(false);
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

Task<Result<void>> Adoption::blob(std::string repository, core::Digest digest) {
  if (finished_) co_return Result<void>{};
  auto found = find(repository);
  auto work = found ? workOf(*found) : nullptr;
  if (!work || !isMissing(work, digest)) co_return Result<void>{};
  auto taken = co_await bringBlob(std::move(work), digest, true);
  if (taken || taken.error().code != ErrorCode::Timeout) co_return Result<void>{};
  co_return core::fail(notYet("The blob is still being imported. Try again in a moment.", digest.toString()));
}

Task<Result<void>> Adoption::blob(core::Digest digest) {
  // Each that fails is asked no more, but for what may go better later.
  for (auto work = whoHas(digest); !finished_ && work; work = whoHas(digest)) {
    auto taken = co_await bringBlob(work, digest, true);
    if (taken && *taken) break;
    if (!taken && taken.error().code == ErrorCode::Timeout) {
      co_return core::fail(notYet("The blob is still being imported. Try again in a moment.", digest.toString()));
    }
    if (isMissing(work, digest)) break;
  }
  co_return Result<void>{};
}

Task<Result<bool>> Adoption::bringBlob(std::shared_ptr<Work> work, core::Digest digest, bool urgent) {
  auto self = shared_from_this();
  auto deadline = urgent ? deadlineIn(kBlobWait) : deadlineIn(kBackgroundWait);
  while (isMissing(work, digest)) {
    auto taken = co_await takings_.run(
        digest.toString(), engine_.runtime().blockingQueue(),
        [self, work, digest, urgent] { return self->take(work, digest, urgent); }, deadline);
    bool isOver = !taken.result && taken.result.error().code == ErrorCode::Timeout;
    if (!taken.shared || isOver) co_return taken.result;
  }
  co_return true;
}

Task<> Adoption::bring(Pointer repository) {
  auto self = shared_from_this();
  auto queue = engine_.runtime().blockingQueue();
  if (!workOf(*repository)) {
    auto mark = markOf(repository->place());
    auto share = co_await indexes_.take(mark ? mark->bytes : 0, kIndexes);
    co_await readings_.run(
        repository->name, queue, [self, repository] { return self->read(repository, false); },
        deadlineIn(kBackgroundWait));
  }
  auto work = workOf(*repository);
  if (!work) co_return;
  for (const auto& blob : work->blobs) {
    if (endsEarly()) co_return;
    const auto& digest = blob.digest;
    if (!isMissing(work, digest)) continue;
    std::optional<ImportBudget::Share> share;
    if (work->copies) {
      share.emplace(co_await copies_.take(blob.size, kCopies));
      if (!co_await hasRoom(repository->name, false)) {
        work->waits = true;
        continue;
      }
    }
    co_await bringBlob(work, digest, false);
  }
}

Task<Result<bool>> Adoption::read(Pointer repository, bool urgent) {
  if (workOf(*repository)) co_return true;
  auto place = repository->place();
  auto mark = markOf(place);
  if (!mark) co_return core::fail(ErrorCode::Io, "index.json is gone.", place.path().string());
  std::optional<ImportBudget::Share> share;
  if (urgent) share.emplace(co_await indexes_.take(mark->bytes, kUrgentIndexes));
  auto work = std::make_shared<Work>(engine_, repository->root, repository->name, std::move(*mark));
  work->copies = !repository->root.clones(place);
  co_await readInto(work.get(), urgent);
  std::lock_guard lock(mutex_);
  for (const auto& blob : work->blobs) missing_[blob.digest].push_back(work);
  repository->work = std::move(work);
  co_return true;
}

// What goes wrong it tells.
Task<> Adoption::readInto(Work* work, bool urgent) {
  auto before = co_await marks_.content(work->name);
  if (!before) co_return work->tell(before.error());
  work->adopted = std::move(*before);
  work->keptEntries = work->adopted.size();
  LayoutPlace place{work->root.settings.source, work->name};
  auto content = readLayout(place, maxIndexBytes_);
  if (!content) co_return work->tell(content.error());
  co_await work->import.findOrigin();
  std::vector<LayoutBlob> old;
  for (const auto& blob : leaveOutOld(*content, work->adopted)) {
    if (co_await isToCome(work, &blob)) old.push_back(blob.blob);
  }
  auto sized = sizesOf(place, content->blobs, content->problems);
  work->blobs = sizesOf(place, old, content->problems);
  for (const auto& problem : content->problems) work->tell(problem);
  // A repository that was removed comes back with what is new alone.
  if (content->manifests.empty() && work->adopted.size() > 0) co_return;
  if (auto taken = co_await takeNew(work, &*content, std::move(sized), urgent); !taken) {
    co_return work->tell(taken.error());
  }
  // Before anybody can remove any of it.
  if (auto kept = co_await marks_.putContent(work->name, &work->adopted); !kept) co_return work->tell(kept.error());
  work->keptEntries = work->adopted.size();
  if (!work->blobs.empty()) co_await mark(work, Adopted::Manifests);
}

// Whether a blob that manifests taken over before name is still to come. What was removed of it is not.
Task<bool> Adoption::isToCome(const Work* work, const OldBlob* old) {
  const auto& digest = old->blob.digest;
  auto linked = co_await engine_.meta().blob(work->name, digest);
  if (!linked) co_return true;
  if (*linked) {
    auto stored = co_await engine_.blobsOf(work->name).stat(digest);
    co_return !stored || !*stored;
  }
  if (work->adopted.hasBlob(digest)) co_return false;
  for (const auto& manifest : old->namedBy) {
    auto there = co_await engine_.meta().manifest(work->name, core::Reference::ofDigest(manifest));
    if (!there || *there) co_return true;
  }
  co_return false;
}

Task<Result<void>> Adoption::takeNew(Work* work, LayoutContent* content, std::vector<TakenBlob> sized, bool urgent) {
  auto& import = work->import;
  // The small come whatever else is on its way; manifests always.
  bool fits = !work->copies || co_await hasRoom(work->name, true);
  auto small = co_await import.takeSmall(smallCopies_, content, fits, urgent);
  std::unordered_set<core::Digest> here;
  for (const auto& blob : small) here.insert(blob.digest);
  if (auto made = co_await import.create(std::move(small)); !made) co_return made;
  for (const auto& digest : here) work->adopted.addBlob(digest);
  for (const auto& manifest : co_await import.takeManifests(std::move(content->manifests))) {
    work->adopted.addManifest(manifest.digest);
    for (const auto& tag : manifest.tags) work->adopted.addTag(tag, manifest.digest);
  }
  for (const auto& problem : import.counts().problems) work->tell(problem);
  for (const auto& blob : sized) {
    if (!here.contains(blob.digest)) work->blobs.push_back(blob);
  }
  co_return Result<void>{};
}

Task<> Adoption::mark(const Work* work, Adopted adopted) {
  if (auto marked = co_await marks_.put(work->name, work->mark, adopted); !marked) {
    spdlog::warn("import.not_marked repository={} error=\"{}\"", work->name, marked.error().message);
  }
}

// False if there was no room to store it: it can be read all the same.
Task<Result<bool>> Adoption::take(std::shared_ptr<Work> work, core::Digest digest, bool urgent) {
  auto size = std::ranges::find(work->blobs, digest, &TakenBlob::digest)->size;
  std::optional<ImportBudget::Share> share;
  if (urgent && work->copies) share.emplace(co_await copies_.take(size, kUrgentCopies));
  bool fits = !work->copies || co_await hasRoom(work->name, urgent);
  auto taken = fits ? co_await work->import.takeBlob(digest) : Result<TakenBlob>(core::fail(ErrorCode::NoSpace, ""));
  if (!taken && taken.error().code == ErrorCode::NoSpace) co_return co_await leave(std::move(work), digest);
  auto linked = taken ? co_await work->import.link(*taken) : Result<void>(core::fail(taken.error()));
  bool isRemoved = !linked && linked.error().code == ErrorCode::NameUnknown;
  if (!linked && !isRemoved) work->tell(linked.error());
  if (!linked && isPassing(linked.error().code)) co_return core::fail(linked.error());
  std::lock_guard lock(mutex_);
  if (linked) work->adopted.addBlob(digest);
  auto found = missing_.find(digest);
  if (found != missing_.end()) {
    std::erase(found->second, work);
    if (found->second.empty()) missing_.erase(found);
  }
  if (!linked) co_return core::fail(linked.error());
  co_return true;
}

// To be served from Zot's file, until there is room.
Task<Result<bool>> Adoption::leave(std::shared_ptr<Work> work, core::Digest digest) {
  work->waits = true;
  {
    std::lock_guard lock(mutex_);
    if (work->unstored.contains(digest) && unstored_.has(digest)) co_return false;
  }
  auto file = openLayoutBlob({work->root.settings.source, work->name}, digest);
  auto hashes = file ? co_await verifySource(*file, digest, engine_.runtime().blocking())
                     : Result<PieceHashes>(core::fail(file.error()));
  auto linked = hashes ? co_await work->import.link({digest, file->size(), std::nullopt})
                       : Result<void>(core::fail(hashes.error()));
  if (!linked) {
    if (linked.error().code != ErrorCode::NameUnknown) work->tell(linked.error());
    co_return core::fail(linked.error());
  }
  unstored_.add(digest, std::move(*file), std::move(*hashes));
  std::lock_guard lock(mutex_);
  work->unstored.insert(digest);
  co_return false;
}

Task<bool> Adoption::hasRoom(std::string repository, bool urgent) {
  auto state = co_await engine_.registry().housekeeping().storageState();
  auto own = co_await engine_.blobsOf(repository).usage();
  if (!state || !own) co_return true;  // what is wrong there the copy tells
  auto used = state->usage.bytes + state->usage.partialBytes;
  auto bytes = copies_.bytes();
  auto leastFree = urgent ? state->minFreeBytes : state->minFreeBytes + state->minFreeBytes / 10;
  auto limit = urgent ? state->limitBytes : state->highWatermarkBytes;
  co_return own->free > bytes && own->free - bytes > leastFree && (!limit || used + bytes < *limit);
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

bool Adoption::isMissing(const std::shared_ptr<Work>& work, const core::Digest& digest) const {
  std::lock_guard lock(mutex_);
  auto found = missing_.find(digest);
  return found != missing_.end() && std::ranges::find(found->second, work) != found->second.end();
}

std::shared_ptr<Adoption::Work> Adoption::whoHas(const core::Digest& digest) const {
  std::lock_guard lock(mutex_);
  auto found = missing_.find(digest);
  return found == missing_.end() ? nullptr : found->second.back();
}

void Adoption::forget(const std::shared_ptr<Work>& work) {
  for (const auto& blob : work->blobs) {
    auto found = missing_.find(blob.digest);
    if (found == missing_.end()) continue;
    std::erase(found->second, work);
    if (found->second.empty()) missing_.erase(found);
  }
}

}  // namespace larder::daemon
