// Editing the htpasswd file, so that it stays one that other programs read: order, comments and other users' hashes
// are kept, and so are mode and owner.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "larder/core/result.hpp"

namespace larder::auth {

struct UserEntry {
  std::string name;
  std::string hash;              // "bcrypt", "sha256-crypt", "sha512-crypt"
  std::optional<unsigned> cost;  // of bcrypt
  std::string version = "";      // another one after each change; tells nothing of the password
};

// Each call reads the file as it is now; a change made by hand in between is kept, or the call fails with Conflict. So
// it does while the file is gone: a new one in its place would hold nobody who was in it. Thread-safe. All functions
// block; those that take a password for as long as its hash takes (bcrypt at cost 10: 60 to 100 ms).
class UserFile {
 public:
  static constexpr std::size_t kMaxPasswordBytes = 72;      // bcrypt takes no notice of more
  static constexpr std::size_t kMinPasswordCharacters = 8;  // of a new one; those that are in the file stay valid

  // Why the users may not become those of `after`, nothing if they may. The names, in the file's order.
  using Check = std::function<std::optional<core::Error>(const std::vector<std::string>& before,
                                                         const std::vector<std::string>& after)>;

  // `check`: asked before an edit is written.
  explicit UserFile(std::filesystem::path path, Check check = {}) : path_(std::move(path)), check_(std::move(check)) {}

  core::Result<std::vector<UserEntry>> list() const;  // in the file's order
  // Why nothing can be changed, as the end of a sentence; nothing if it can.
  std::optional<std::string> readOnly() const;

  // InvalidArgument for a name with a colon, control characters or blanks, and for a password that is shorter
  // than kMinPasswordCharacters, longer than kMaxPasswordBytes or has a NUL in it. `cost`: of bcrypt, 4 to 17.
  // Conflict if there is such a user.
  core::Result<void> add(const std::string& name, const std::string& password, unsigned cost) const;
  // NotFound if there is no such user. `seen`: the version that the edit is made upon, "" for any; Conflict with the
  // where "If-Match" if it is another one now.
  core::Result<void> setPassword(const std::string& name, const std::string& password, unsigned cost,
                                 const std::string& seen = "") const;
  core::Result<void> remove(const std::string& name, const std::string& seen = "") const;

 private:
  // Returns the new text of the file.
  using Edit = std::function<core::Result<std::string>(const std::string& text)>;
  core::Result<void> edit(const Edit& change) const;

  std::filesystem::path path_;
  Check check_;
};

// What is wrong with a new user's name, or with a new password; nothing if it will do.
std::optional<std::string> faultOfName(std::string_view name);
std::optional<std::string> faultOfPassword(std::string_view password);

}  // namespace larder::auth
