// The challenges of WWW-Authenticate (RFC 9110, sections 11.2 to 11.6.1).
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace larder::upstream {

struct Challenge {
  std::string scheme;                                           // in lower case
  std::vector<std::pair<std::string, std::string>> parameters;  // names in lower case

  // "" if there is none of that name.
  std::string_view parameter(std::string_view name) const;
};

// The challenges of all fields in their order. Never fails: what cannot be understood is left out, and so is what goes
// beyond 16 challenges, 16 parameters of one, or 8 KiB of a field.
std::vector<Challenge> parseChallenges(std::span<const std::string> fields);

}  // namespace larder::upstream
