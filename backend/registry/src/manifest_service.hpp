// ManifestService over the memory cache, the store and the pull-through.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "context.hpp"
#include "manifest_pull.hpp"

namespace larder::registry {

class ManifestServiceImpl final : public ManifestService {
 public:
  ManifestServiceImpl(std::shared_ptr<Context> context, std::shared_ptr<ManifestPull> pull)
      : context_(std::move(context)), pull_(std::move(pull)) {}

  std::shared_ptr<const Ready> ready(std::string_view repository, std::string_view reference, std::string_view ns,
                                     const MayRead& mayRead) override;
  Task<Result<ManifestAnswer>> get(std::string repository, Reference reference, Asker asker) override;
  Task<Result<ManifestPut>> put(std::string repository, Reference reference, std::vector<std::string> tags,
                                std::string mediaType, std::string content, TagRights rights) override;
  Task<Result<void>> remove(std::string repository, Reference reference, bool unlessShared) override;
  Task<Result<bool>> exists(std::string repository, Reference reference) override;

 private:
  void remember(const CacheKey& key, const PulledManifest& pulled, std::string place, const Reference& reference,
                std::uint64_t epoch);

  std::shared_ptr<Context> context_;
  std::shared_ptr<ManifestPull> pull_;
};

}  // namespace larder::registry
