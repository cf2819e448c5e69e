#include "suites/meta_store_suite.hpp"

#include "larder/storage/drivers.hpp"

namespace larder::test {

INSTANTIATE_TEST_SUITE_P(Memory, MetaStoreSuite,
                         ::testing::Values(MetaStoresDriver{"memory",
                                                            [](const std::filesystem::path&, runtime::Executor) {
                                                              return storage::makeMemoryMetaStore();
                                                            }}));

INSTANTIATE_TEST_SUITE_P(Sqlite, MetaStoreSuite,
                         ::testing::Values(MetaStoresDriver{
                             "sqlite", [](const std::filesystem::path& directory, runtime::Executor blocking) {
                               telemetry::MetricRegistry metrics;
                               return valueOf(storage::openSqliteMetaStore(directory, blocking, metrics));
                             }}));

}  // namespace larder::test
