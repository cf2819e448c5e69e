// Names that nobody can guess.
#pragma once

#include <string>

namespace larder::registry {

// 128 random bits of the system's generator, as 32 hex characters. Throws std::runtime_error if the system has none.
std::string randomId();

}  // namespace larder::registry
