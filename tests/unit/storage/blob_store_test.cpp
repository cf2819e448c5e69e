#include "suites/blob_store_suite.hpp"

#include "larder/storage/drivers.hpp"

namespace larder::test {

INSTANTIATE_TEST_SUITE_P(Memory, BlobStoreSuite,
                         ::testing::Values(BlobStoreDriver{"memory",
                                                           [](const std::filesystem::path&, runtime::Executor) {
                                                             return storage::makeMemoryBlobStore();
                                                           }}));

INSTANTIATE_TEST_SUITE_P(
    Filesystem, BlobStoreSuite,
    ::testing::Values(BlobStoreDriver{"fsync",
                                      [](const std::filesystem::path& directory, runtime::Executor blocking) {
                                        return valueOf(storage::openFilesystemBlobStore({directory, true}, blocking));
                                      }},
                      BlobStoreDriver{"no_fsync",
                                      [](const std::filesystem::path& directory, runtime::Executor blocking) {
                                        return valueOf(storage::openFilesystemBlobStore({directory, false}, blocking));
                                      }}),
    [](const auto& info) { return info.param.name; });

INSTANTIATE_TEST_SUITE_P(Joined, BlobStoreSuite,
                         ::testing::Values(BlobStoreDriver{
                             "joined", [](const std::filesystem::path&, runtime::Executor) {
                               return storage::joinBlobStores(
                                   {storage::makeMemoryBlobStore(), storage::makeMemoryBlobStore()});
                             }}));

}  // namespace larder::test
