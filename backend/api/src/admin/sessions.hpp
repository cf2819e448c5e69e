// Log-ins of browsers: a random id in a cookie stands for a user and the password that was right then.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "larder/core/digest.hpp"
#include "larder/runtime/task.hpp"

namespace larder::api::admin {

// Thread-safe; nothing blocks. Ids are 256 random bits and are kept hashed, so that a look at the memory gives no
// session away. A restart ends all of them.
class Sessions {
 public:
  static constexpr std::size_t kMost = 4096;  // beyond it the one that was idle longest ends
  static constexpr std::size_t kMostOfUser = 64;
  static constexpr std::chrono::minutes kIdle{60};
  static constexpr std::chrono::hours kAbsolute{12};

  struct Session {
    std::string user;                // "": whoever brought the daemon's token
    std::uint64_t accountStamp = 0;  // auth::Account::stamp at the log-in
    runtime::SteadyTime expires;     // of the absolute limit
  };

  // The id for the cookie.
  std::string begin(std::string user, std::uint64_t accountStamp, runtime::SteadyTime now);
  // Nothing if there is none or its time is over; else it was used now.
  std::optional<Session> use(std::string_view id, runtime::SteadyTime now);
  // The same, but looking is no use: an idle session ends all the same.
  std::optional<Session> find(std::string_view id, runtime::SteadyTime now) const;
  void end(std::string_view id);
  std::size_t count() const;

  // What changing calls of that session must send in X-CSRF-Token: made from the id, which no other page can read.
  static std::string csrfToken(std::string_view id);

 private:
  struct Entry {
    Session session;
    runtime::SteadyTime lastUsed;
  };
  using Map = std::unordered_map<core::Digest, Entry>;

  void makeRoom(const std::string& user, runtime::SteadyTime now);
  static bool isOver(const Entry& entry, runtime::SteadyTime now);

  mutable std::mutex mutex_;
  Map sessions_;  // by the digest of the id
};

}  // namespace larder::api::admin
