#include "adoption.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <exception>
#include <random>
#include <utility>

#include "adoption_work.hpp"
#include "import_plan.hpp"
#include "larder/core/reference.hpp"
#include "larder/runtime/offload.hpp"

namespace larder::daemon {
namespace {

namespace fs = std::filesystem;
using core::Result;
using runtime::Task;

constexpr std::size_t kAdoptedAtOnce = 64;  // they wait for the disk together
constexpr std::size_t kNamesAtOnce = 500;   // that are made, or listed, with one call of the store
constexpr std::chrono::seconds kNamesWait{15};
constexpr std::chrono::seconds kLeaseTerm{15};  // for which a daemon that was killed holds up its successor
constexpr const char* kLease = "import";

std::string randomName() {
  std::random_device random;
  return std::to_string(random()) + "-" + std::to_string(random());
}

std::shared_ptr<telemetry::Gauge> gauge(Engine& engine, const char* state) {
  return engine.metrics().gauge("larder_import_repositories",
                                "Repositories that Zot has left in the data directory, since the start.",
                                {{"state", state}});
}

}  // namespace

Adoption::Adoption(Engine& engine)
    : engine_(engine),
      startedAt_(std::chrono::steady_clock::now()),
      holder_(randomName()),
      marks_(engine.shared()),
      maxIndexBytes_(maxIndexBytes(*engine.config())),
      unstored_(engine.runtime().blocking()),
      smallCopies_(std::make_shared<ImportCopies>(engine.runtime())),
      found_(gauge(engine, "found")),
      done_(gauge(engine, "done")),
      waiting_(gauge(engine, "waiting")),
      failed_(gauge(engine, "failed")) {
  auto config = engine.config();
  std::vector<fs::path> paths{config->storage.rootDirectory};
  for (const auto& [route, storage] : config->subPaths) {
    if (storage.rootDirectory.empty() || std::ranges::find(paths, storage.rootDirectory) != paths.end()) continue;
    paths.push_back(storage.rootDirectory);
  }
  for (auto& path : paths) roots_.push_back(std::make_unique<Root>(std::move(path)));
}

Adoption::~Adoption() = default;

void Adoption::start() {
  // Thousands of short looks at the store, which go without a change of threads there.
  runtime::spawn(engine_.runtime().blockingQueue(), "import", run(shared_from_this()));
}

void Adoption::stop() {
  stopping_ = true;
  changed_.notify();
}

Task<> Adoption::names() {
  while (!named_) {
    auto seen = changed_.version();
    if (named_ || !co_await changed_.wait(seen, startedAt_ + kNamesWait)) co_return;
  }
}

Task<> Adoption::run(std::shared_ptr<Adoption> self) {
  try {
    auto found = co_await self->findAll();
    if (found) {
      co_await self->makeRepositories();
    } else {
      spdlog::error("import.failed error=\"{}\"", found.error().message);
    }
  } catch (const std::exception& e) {
    spdlog::error("import.failed error=\"{}\"", e.what());
  }
  self->named_ = true;
  self->changed_.notify();
  if (self->found_->value() > 0) {
    spdlog::info("import.begun repositories={} hint=\"Zot has left them here; its files stay.\"",
                 self->found_->value());
    co_await self->bringAll();
    if (self->endsEarly()) co_return;
    std::chrono::duration<double> took = std::chrono::steady_clock::now() - self->startedAt_;
    spdlog::info("import.finished repositories={} failed={} seconds={:.1f}", self->done_->value(),
                 self->failed_->value(), took.count());
    if (self->waiting_->value() > 0) {
      spdlog::warn(
          "import.no_room repositories={} hint=\"Their blobs are copied when they are asked for: give the volume "
          "room for what Zot has stored once more.\"",
          self->waiting_->value());
      co_return;
    }
  }
  self->finished_ = true;
}

Task<Result<void>> Adoption::findAll() {
  auto marks = co_await marks_.all();
  if (!marks) co_return core::fail(marks.error());
  auto config = engine_.config();
  for (const auto& root : roots_) {
    const auto& path = root->settings.source;
    auto names = findLayouts(path);
    if (!names) {
      spdlog::warn("import.directory_unreadable path={} error=\"{}\"", names.error().where, names.error().message);
      continue;
    }
    if (names->skipped > 0) {
      spdlog::warn("import.skipped path={} directories={} first=\"{}\" hint=\"They are links, or cannot be read.\"",
                   path.string(), names->skipped, names->firstSkipped);
    }
    for (const auto& name : names->names) {
      auto mark = markOf({path, name});
      if (!mark || importRoot(*config, name) != path) continue;
      auto kept = marks->find(name);
      auto adopted = kept == marks->end() ? Adopted::Nothing : AdoptedMarks::compare(kept->second, *mark);
      if (adopted == Adopted::All) continue;
      if (!core::isRepositoryName(name)) {
        spdlog::warn("import.name_invalid directory=\"{}\"", (path / name).string());
        continue;
      }
      add(*root, name, kept != marks->end());
    }
  }
  std::lock_guard lock(mutex_);
  for (const auto& [name, repository] : repositories_) queue_.push_back(repository);
  found_->set(static_cast<double>(repositories_.size()));
  co_return Result<void>{};
}

void Adoption::add(Root& root, const std::string& name, bool begunBefore) {
  std::lock_guard lock(mutex_);
  auto& slot = repositories_[name];
  if (!slot) slot = std::make_shared<Repository>(root, name, begunBefore);
}

// What is asked for does not wait until all names are known.
Task<> Adoption::discover(std::string name) {
  if (!core::isRepositoryName(name)) co_return;
  auto path = importRoot(*engine_.config(), name);
  auto root = std::ranges::find_if(roots_, [&path](const auto& one) { return one->settings.source == path; });
  if (root == roots_.end()) co_return;
  auto mark = co_await runtime::offload(engine_.runtime().blocking(), [&] { return markOf({path, name}); });
  if (!mark) co_return;
  auto kept = co_await marks_.of(name);
  if (!kept) co_return;
  auto adopted = AdoptedMarks::compare(*kept, *mark);
  // Meanwhile it may have been found, and be here.
  if (adopted != Adopted::All && !named_) add(**root, name, !kept->empty());
}

// All at once, so that lists are whole and each name is known to be its upstream's before anybody asks.
Task<> Adoption::makeRepositories() {
  std::vector<storage::MetaChange> changes;
  std::vector<std::string> known;  // one page, sorted as the queue is
  auto at = known.begin();
  bool isLast = false;
  for (std::size_t i = 0; i < queue_.size() && !stopping_; ++i) {
    const auto& repository = *queue_[i];
    if (repository.begunBefore) continue;  // what is not here any more was removed
    while (!isLast && (at == known.end() || *at < repository.name)) {
      if (at != known.end()) {
        ++at;
        continue;
      }
      auto page = co_await engine_.meta().repositories(known.empty() ? std::string() : known.back(), kNamesAtOnce);
      isLast = !page || page->empty();
      if (!isLast) known = std::move(*page);
      at = isLast ? known.end() : known.begin();
    }
    if (at != known.end() && *at == repository.name) continue;
    RepositoryImport import(engine_, repository.root.settings, repository.name);
    co_await import.findOrigin();
    changes.push_back(import.creation());
    if (changes.size() < kNamesAtOnce) continue;
    co_await make(std::exchange(changes, {}));
  }
  if (!changes.empty()) co_await make(std::move(changes));
}

// Another daemon may have made one for another upstream meanwhile: each is made again, alone, when its turn comes.
Task<> Adoption::make(std::vector<storage::MetaChange> changes) {
  if (auto made = co_await engine_.meta().apply(std::move(changes)); !made) {
    spdlog::warn("import.names_not_made error=\"{}\"", made.error().message);
  }
}

Task<> Adoption::bringAll() {
  if (!co_await holdLease()) {
    do {
      auto seen = changed_.version();
      co_await changed_.wait(seen, deadlineIn(kLeaseTerm / 5));
      if (stopping_) co_return;
    } while (!co_await holdLease());
    co_await leaveOutWhatIsDone();
  }
  if (!queue_.empty()) job_ = engine_.registry().jobs().follow(registry::JobKind::Import, "");
  showProgress();
  working_ = std::min(kAdoptedAtOnce, queue_.size());
  for (auto i = working_; i > 0; --i) {
    runtime::spawn(engine_.runtime().blockingQueue(), "import-worker", work(shared_from_this()));
  }
  while (true) {
    auto seen = changed_.version();
    {
      std::lock_guard lock(mutex_);
      if (working_ == 0) break;
    }
    co_await changed_.wait(seen, deadlineIn(kLeaseTerm / 4));
    co_await holdLease();
  }
  if (job_) {
    job_->count("imported", static_cast<std::uint64_t>(done_->value()));
    job_->count("waiting", static_cast<std::uint64_t>(waiting_->value()));
    job_->count("failed", static_cast<std::uint64_t>(failed_->value()));
    job_->end(stopping_);
  }
  if (auto released = co_await engine_.shared().releaseLease(kLease, holder_); !released) {
    spdlog::warn("lease.not_released name={} error=\"{}\"", kLease, released.error().message);
  }
}

Task<bool> Adoption::holdLease() {
  auto now = engine_.clock().now();
  if (now + kLeaseTerm / 2 < leaseUntil_) co_return true;
  auto until = now + kLeaseTerm;
  auto acquired = co_await engine_.shared().acquireLease(kLease, holder_, until);
  if (!acquired) spdlog::warn("lease.not_acquired name={} error=\"{}\"", kLease, acquired.error().message);
  if (!acquired || !*acquired) co_return false;
  leaseUntil_ = until;
  co_return true;
}

// By another daemon, meanwhile. No worker runs yet.
Task<> Adoption::leaveOutWhatIsDone() {
  auto marks = co_await marks_.all();
  if (!marks) co_return;
  auto isDone = [&](const Pointer& repository) {
    auto kept = marks->find(repository->name);
    auto mark = markOf(repository->place());
    if (!mark || kept == marks->end() || AdoptedMarks::compare(kept->second, *mark) != Adopted::All) return false;
    std::lock_guard lock(mutex_);
    if (repository->work) forget(repository->work);
    repositories_.erase(repository->name);
    repository->begun = true;  // it may be among the urgent ones too
    done_->add(1);
    return true;
  };
  std::erase_if(queue_, isDone);
}

Task<> Adoption::work(std::shared_ptr<Adoption> self) {
  while (auto repository = self->next()) {
    try {
      co_await self->bring(repository);
      if (!self->endsEarly()) co_await self->end(repository);
    } catch (const std::exception& e) {
      spdlog::error("import.failed repository={} error=\"{}\"", repository->name, e.what());
      self->failed_->add(1);
    }
  }
  {
    std::lock_guard lock(self->mutex_);
    --self->working_;
  }
  self->changed_.notify();
}

Task<> Adoption::end(Pointer repository) {
  auto work = workOf(*repository);
  auto outcome = work ? work->outcome() : Outcome::Failed;
  {
    std::lock_guard lock(mutex_);
    if (outcome != Outcome::Waiting) {
      repositories_.erase(repository->name);
    } else if (!repository->asked) {
      // Read again when it is asked for: what waits must not fill the memory.
      repository->work.reset();
    }
    if (work && (outcome != Outcome::Waiting || !repository->work)) forget(work);
  }
  (outcome == Outcome::Waiting ? waiting_ : outcome == Outcome::Done ? done_ : failed_)->add(1);
  showProgress();
  if (!work) co_return;
  AdoptedContent adopted;
  {
    std::lock_guard lock(mutex_);
    adopted = work->adopted;
  }
  if (adopted.size() > work->keptEntries) {
    auto kept = co_await marks_.putContent(work->name, &adopted);
    if (!kept) co_return spdlog::warn("import.not_marked repository={} error=\"{}\"", work->name, kept.error().message);
  }
  if (work->mayGoBetter()) co_return;
  co_await mark(work.get(), outcome == Outcome::Waiting ? Adopted::Manifests : Adopted::All);
}

void Adoption::showProgress() {
  if (!job_) return;
  auto looked = done_->value() + waiting_->value() + failed_->value();
  job_->progress(static_cast<std::uint64_t>(looked), static_cast<std::uint64_t>(found_->value()), "repositories");
}

bool Adoption::endsEarly() const {
  return stopping_ || (job_ && job_->cancelled());
}

Adoption::Pointer Adoption::next() {
  std::lock_guard lock(mutex_);
  for (auto* queue : {&urgent_, &queue_}) {
    while (!queue->empty() && !endsEarly()) {
      auto repository = std::move(queue->front());
      queue->pop_front();
      if (!std::exchange(repository->begun, true)) return repository;
    }
  }
  return nullptr;
}

}  // namespace larder::daemon
