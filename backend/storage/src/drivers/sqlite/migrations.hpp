// The schema's history: resources/migrations, embedded by CMake.
#pragma once

#include <span>

namespace larder::storage::sqlite {

// migrations()[n] leads from schema version n to n + 1.
std::span<const char* const> migrations();

}  // namespace larder::storage::sqlite
