// Takes over what Zot has left in the data directory, while larderd serves from it.
//
// The names come first, which is quick. A repository that is asked for comes before the others: its manifests at once,
// then each blob that is asked for; all else follows in the background. Zot's files stay as they are, and no blob is
// one of them: blobs are cloned where the file system can (reflinks), else copied, which takes as long as the disk
// needs to read and write them. In the background nothing is copied that would leave less free than eviction wants:
// such blobs come when they are asked for, and beyond the limits they are served from Zot's files. Of several daemons
// on the directory one does the background work, and each brings what it is asked for.
//
// Whose content it is RepositoryImport decides, as for `larderd import`. In memory are the names of what is not here
// yet, and the content of the repositories that are being worked at, which ImportBudget bounds. A blob may be read in a
// repository once that repository's own file of it has been verified, whatever is stored already.
//
// larder_import_repositories{state="found"|"done"|"waiting"|"failed"}: of this start; "waiting" for room.
#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "adopted_marks.hpp"
#include "engine.hpp"
#include "import_budget.hpp"
#include "import_copies.hpp"
#include "import_repository.hpp"
#include "larder/runtime/signal.hpp"
#include "larder/runtime/single_flight.hpp"
#include "larder/telemetry/metrics.hpp"

namespace larder::daemon {

// Thread-safe. Kept in a shared_ptr; `engine` outlives all that runs.
class Adoption : public std::enable_shared_from_this<Adoption> {
 public:
  explicit Adoption(Engine& engine);
  ~Adoption();
  Adoption(const Adoption&) = delete;
  Adoption& operator=(const Adoption&) = delete;

  // Begins; once.
  void start();
  // The background work ends at its next step.
  void stop();

  // Whether nothing is to come any more. Not before the end of the process where something waits for room.
  bool finished() const { return finished_; }
  // Waits until all names are known, but not for long: a directory may have more in it than can be looked through.
  runtime::Task<> names();
  // Each waits until what it names is here, if it is to come. Timeout.
  runtime::Task<core::Result<void>> manifests(std::string repository);
  runtime::Task<core::Result<void>> blob(std::string repository, core::Digest digest);
  runtime::Task<core::Result<void>> blob(core::Digest digest);  // in any repository
  // What there is no room for, out of Zot's file; null if it is not such a blob. After blob().
  std::shared_ptr<storage::BlobReader> unstored(const core::Digest& digest) const { return unstored_.open(digest); }

 private:
  struct Root;        // the directory of storage, or of a sub-path that has one
  struct Repository;  // that is not here yet
  struct Work;        // what is known of one whose manifests are here
  using Pointer = std::shared_ptr<Repository>;

  static runtime::Task<> run(std::shared_ptr<Adoption> self);
  runtime::Task<core::Result<void>> findAll();
  void add(Root& root, const std::string& name, bool begunBefore);
  runtime::Task<> discover(std::string name);
  runtime::Task<> makeRepositories();
  runtime::Task<> make(std::vector<storage::MetaChange> changes);
  runtime::Task<bool> holdLease();
  runtime::Task<> leaveOutWhatIsDone();
  runtime::Task<> bringAll();
  static runtime::Task<> work(std::shared_ptr<Adoption> self);
  runtime::Task<> bring(Pointer repository);
  runtime::Task<> end(Pointer repository);

  runtime::Task<core::Result<bool>> read(Pointer repository, bool urgent);
  runtime::Task<> readInto(Work* work, bool urgent);
  runtime::Task<core::Result<void>> takeNew(Work* work, LayoutContent* content, std::vector<TakenBlob> sized,
                                            bool urgent);
  runtime::Task<bool> isToCome(const Work* work, const OldBlob* old);
  runtime::Task<> mark(const Work* work, Adopted adopted);
  // The repository's blob; waits for whoever brings the same one for another repository.
  runtime::Task<core::Result<bool>> bringBlob(std::shared_ptr<Work> work, core::Digest digest, bool urgent);
  runtime::Task<core::Result<bool>> take(std::shared_ptr<Work> work, core::Digest digest, bool urgent);
  runtime::Task<core::Result<bool>> leave(std::shared_ptr<Work> work, core::Digest digest);
  // Whether what is being copied fits into the repository's store: within the limits, and in the background within what
  // eviction leaves.
  runtime::Task<bool> hasRoom(std::string repository, bool urgent);

  void showProgress();
  bool endsEarly() const;  // the daemon ends, or an admin has cancelled the job
  Pointer find(const std::string& repository) const;
  std::shared_ptr<Work> workOf(const Repository& repository) const;
  Pointer next();
  bool isMissing(const std::shared_ptr<Work>& work, const core::Digest& digest) const;
  std::shared_ptr<Work> whoHas(const core::Digest& digest) const;
  // Under the lock.
  void forget(const std::shared_ptr<Work>& work);

  Engine& engine_;
  const runtime::SteadyTime startedAt_;
  const std::string holder_;  // of the lease
  storage::WallTime leaseUntil_{};
  AdoptedMarks marks_;
  std::vector<std::unique_ptr<Root>> roots_;
  mutable std::mutex mutex_;
  std::map<std::string, Pointer> repositories_;                                   // that are not complete
  std::deque<Pointer> urgent_, queue_;                                            // of these; one may be in both
  std::unordered_map<core::Digest, std::vector<std::shared_ptr<Work>>> missing_;  // who has it
  std::size_t working_ = 0;
  std::atomic<bool> stopping_{false}, named_{false}, finished_{false};
  runtime::Signal changed_;
  runtime::SingleFlight<std::string, bool> readings_, takings_;
  const std::size_t maxIndexBytes_;
  UnstoredBlobs unstored_;
  ImportBudget indexes_, copies_;
  const std::shared_ptr<ImportCopies> smallCopies_;
  std::shared_ptr<registry::JobHandle> job_;  // of the background work, while it runs here
  std::shared_ptr<telemetry::Gauge> found_, done_, waiting_, failed_;
};

}  // namespace larder::daemon
