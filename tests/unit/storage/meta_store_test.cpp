#include "suites/meta_store_suite.hpp"

#include "larder/storage/drivers.hpp"

namespace larder::test {

INSTANTIATE_TEST_SUITE_P(Memory, MetaStoreSuite,
                         ::testing::Values(MetaStoreDriver{"memory",
                                                           [](const std::filesystem::path&, runtime::Executor) {
                                                             return storage::makeMemoryMetaStore().meta;
                                                           }}));

INSTANTIATE_TEST_SUITE_P(Sqlite, MetaStoreSuite,
                         ::testing::Values(MetaStoreDriver{
                             "sqlite", [](const std::filesystem::path& directory, runtime::Executor blocking) {
                               telemetry::MetricRegistry metrics;
                               return valueOf(storage::openSqliteMetaStore(directory, blocking, metrics)).meta;
                             }}));

}  // namespace larder::test
