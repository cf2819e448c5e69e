#include "verification_queue.hpp"

#include <boost/asio/post.hpp>
#include <deque>
#include <mutex>
#include <optional>
#include <unordered_map>

#include "larder/runtime/signal.hpp"

namespace larder::auth {
namespace {

using core::ErrorCode;
using core::Result;

struct HashOfHash {
  std::size_t operator()(const Hash128& key) const { return key.low; }
};

// The result is written before `done` is announced and read after, so it needs no lock.
struct Flight {
  std::optional<Result<bool>> result;
  runtime::Signal done;
};

struct Job {
  Hash128 key;
  std::string remoteAddress;
  std::function<bool()> check;
  std::shared_ptr<Flight> flight;
};

core::Error busy() {
  core::Error error(ErrorCode::TooManyRequests, "Too many logins at once. Try again in a moment.");
  error.retryAfter = std::chrono::seconds(1);
  return error;
}

}  // namespace

struct VerificationQueue::State : std::enable_shared_from_this<State> {
  State(runtime::Executor p, VerificationLimits l) : pool(std::move(p)), limits(l) {}

  // The flight of the key, or why there is no new one.
  Result<std::shared_ptr<Flight>> join(Hash128 key, std::string&& remoteAddress, const Admission& admission,
                                       std::function<bool()>&& check) {
    std::lock_guard lock(mutex);
    if (auto found = flights.find(key); found != flights.end()) return found->second;
    auto waitsHere = waitingOf.find(remoteAddress);
    if (known.size() + strangers.size() >= limits.waiting) return core::fail(busy());
    if (waitsHere != waitingOf.end() && waitsHere->second >= limits.waitingPerAddress) return core::fail(busy());
    bool isKnown = admission.isKnown();
    if (!isKnown && strangers.size() >= limits.waitingStrangers) return core::fail(busy());
    if (auto begun = admission.begin(); !begun) return core::fail(begun.error());
    auto flight = std::make_shared<Flight>();
    flights.emplace(key, flight);
    ++waitingOf[remoteAddress];
    (isKnown ? known : strangers).push_back({key, std::move(remoteAddress), std::move(check), flight});
    if (running < limits.running) {
      ++running;
      next();
    }
    return flight;
  }

  // One check for each turn on the pool, so that other blocking work gets its turns in between.
  void next() {
    boost::asio::post(pool, [self = shared_from_this()] {
      if (self->runOne()) self->next();
    });
  }

  bool runOne() {
    std::optional<Job> job = take();
    if (!job) return false;
    Result<bool> result = false;
    try {
      result = job->check();
    } catch (const std::exception& e) {
      result = core::fail(ErrorCode::Internal, std::string("The password could not be checked: ") + e.what());
    }
    job->flight->result = std::move(result);
    {
      std::lock_guard lock(mutex);
      flights.erase(job->key);
    }
    job->flight->done.notify();
    return true;
  }

  std::optional<Job> take() {
    std::lock_guard lock(mutex);
    auto& jobs = known.empty() ? strangers : known;
    if (jobs.empty()) {
      --running;
      return std::nullopt;
    }
    Job job = std::move(jobs.front());
    jobs.pop_front();
    auto waitsHere = waitingOf.find(job.remoteAddress);
    if (--waitsHere->second == 0) waitingOf.erase(waitsHere);
    return job;
  }

  const runtime::Executor pool;
  const VerificationLimits limits;
  std::mutex mutex;
  std::deque<Job> known, strangers;  // waiting
  std::unordered_map<Hash128, std::shared_ptr<Flight>, HashOfHash> flights;
  std::unordered_map<std::string, std::size_t> waitingOf;  // jobs by remote address
  std::size_t running = 0;
};

VerificationQueue::VerificationQueue(runtime::Executor pool, VerificationLimits limits)
    : state_(std::make_shared<State>(std::move(pool), limits)) {}

runtime::Task<Result<bool>> VerificationQueue::run(Hash128 key, std::string remoteAddress, Admission admission,
                                                   std::function<bool()> check, runtime::SteadyTime deadline) {
  auto joined = state_->join(key, std::move(remoteAddress), admission, std::move(check));
  if (!joined) co_return core::fail(joined.error());
  auto flight = std::move(*joined);
  constexpr std::uint64_t kNotDone = 0;  // the version before the only announcement
  bool done = co_await flight->done.wait(kNotDone, deadline);
  if (!done) co_return core::fail(busy());
  co_return *flight->result;
}

}  // namespace larder::auth
