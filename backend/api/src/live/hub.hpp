// What changes, collected a few times a second and offered to all who watch.
//
// A change is made into text once, whoever watches. A viewer is told of it by reference, in a bounded queue of its own.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "larder/api/server_handler.hpp"
#include "larder/apitypes/live.hpp"
#include "larder/apitypes/status.hpp"
#include "larder/http/websocket.hpp"
#include "larder/runtime/address_limits.hpp"
#include "larder/telemetry/history.hpp"

namespace larder::api {
struct PolicyState;
struct Services;
}  // namespace larder::api

namespace larder::api::live {

class Viewer;
using SharedText = std::shared_ptr<const http::WebSocketText>;

using Topic = apitypes::LiveTopic;

// Thread-safe. `services` must outlive what runs on it.
class Hub : public std::enable_shared_from_this<Hub> {
 public:
  // Who watches, and of them those that only admins find room among: so that nobody keeps the admin out.
  static constexpr std::size_t kMostViewers = 2000;
  static constexpr std::size_t kForAdmins = 200;
  // Of the places that the others have left, in percent: no network takes them all.
  static constexpr unsigned kShare = 50;

  explicit Hub(Services& services);
  ~Hub();

  // Ticks from now on: each second, and four times a second while somebody watches.
  void start(const runtime::Executor& io);
  // Samples if a second has passed, and offers what has changed since the last tick. Blocks for some reads of /proc.
  void tick();

  const telemetry::Sampler& sampler() const { return sampler_; }

  // How the upstreams do, and since when, as the ticks saw it.
  runtime::Task<std::vector<apitypes::UpstreamHealth>> upstreams();

  // A viewer at this network. False if too many watch already, or too many from there.
  bool add(const std::shared_ptr<Viewer>& viewer, runtime::ClientNetwork network);
  // Has the viewer given what is there as of the last tick, and from then on what comes after it: soon, on the
  // blocking pool.
  void catchUp(Topic topic, std::weak_ptr<Viewer> viewer);

 private:
  static runtime::Task<> run(std::shared_ptr<Hub> self);
  void offerTransfers(std::span<const std::shared_ptr<Viewer>> viewers);
  void offerEvents(std::span<const std::shared_ptr<Viewer>> viewers);
  void offerJobs(std::span<const std::shared_ptr<Viewer>> viewers);
  void offerLogs(std::span<const std::shared_ptr<Viewer>> viewers);
  std::vector<apitypes::UpstreamHealth> upstreamsLocked();
  void offerUpstreams(std::span<const std::shared_ptr<Viewer>> viewers);
  void beat(std::span<const std::shared_ptr<Viewer>> viewers);
  // What the viewer may see now, by the policy in force; ends those who are not known any more.
  void resolve(Viewer& viewer, const std::shared_ptr<const PolicyState>& state);
  std::vector<std::shared_ptr<Viewer>> watching();
  void offerSnapshot(Topic topic, Viewer& viewer);
  SharedText makeSnapshot(Topic topic, const Viewer& viewer);

  Services& services_;
  const runtime::Executor queue_;  // ticks and snapshots, in turn: one thread of the pool at most
  telemetry::Sampler sampler_;
  std::mutex viewersMutex_;
  std::vector<std::weak_ptr<Viewer>> viewers_;
  // Of what is below, held while texts are made: never taken on an io thread. Before viewersMutex_ and a viewer's.
  std::mutex mutex_;
  const std::shared_ptr<runtime::AddressShares> places_ =
      std::make_shared<runtime::AddressShares>(kMostViewers - kForAdmins, kShare);
  const std::shared_ptr<runtime::AddressShares> adminPlaces_ =
      std::make_shared<runtime::AddressShares>(kForAdmins, kShare);
  std::vector<registry::Transfer> transfers_;  // as of the last tick
  std::uint64_t events_ = 0, jobs_ = 0, logs_ = 0;
  struct Upstream {
    apitypes::UpstreamState state = apitypes::UpstreamState::Unknown;
    std::optional<apitypes::Time> since;
    std::string json;  // as it was offered last
  };
  std::map<std::string, Upstream> upstreams_;  // by host
  std::optional<runtime::SteadyTime> sampledAt_, checkedAt_, beatAt_;
  std::map<Topic, SharedText> snapshots_;  // of this tick, for all admins
};

}  // namespace larder::api::live
