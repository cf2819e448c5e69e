// A driver of MetaStore, MetaMaintenance, MetaBrowse and SharedState, as the suites of the latter three open it.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <functional>
#include <ostream>
#include <string>

#include "larder/storage/drivers.hpp"

namespace larder::test {

struct MetaStoresDriver {
  std::string name;
  // `directory` is empty and writable.
  std::function<storage::MetaStores(const std::filesystem::path& directory, runtime::Executor blocking)> open;
};
// NOLINTNEXTLINE(readability-identifier-naming): GoogleTest looks this name up.
inline void PrintTo(const MetaStoresDriver& driver, std::ostream* out) {
  *out << driver.name;
}

}  // namespace larder::test
