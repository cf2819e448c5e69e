// A BrowseService that is scripted by the test.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "larder/registry/browse_service.hpp"

namespace larder::test {

class FakeBrowse final : public registry::BrowseService {
 public:
  template <class T>
  using Task = runtime::Task<T>;
  template <class T>
  using Result = core::Result<T>;

  std::map<std::string, storage::RepositoryDetail> known;  // by name
  registry::ManifestView view;
  registry::ImageConfig config;
  std::vector<registry::SizedTag> tagList;
  registry::UseTree tree;
  registry::AttachmentPage attached;
  std::pair<std::string, std::size_t> askedAttachments;
  registry::Recheck rechecked;
  std::optional<core::Error> failure;  // of what is about one image
  // The last questions.
  storage::PageQuery<storage::RepositorySort> asked;
  storage::PageQuery<registry::TagOrder> askedTags;
  storage::PageQuery<registry::UseOrder> askedUse;

  Task<Result<storage::Page<storage::RepositorySummary>>> repositories(
      storage::PageQuery<storage::RepositorySort> query, registry::MayRead mayRead) override {
    asked = query;
    storage::Page<storage::RepositorySummary> page;
    for (const auto& [name, detail] : known) {
      if (!mayRead || mayRead(name)) page.items.push_back(detail.summary);
    }
    page.total = page.items.size();
    if (page.items.size() > query.limit) {
      page.items.resize(query.limit);
      page.next = {0, page.items.back().record.name};
    }
    co_return page;
  }
  Task<Result<std::optional<storage::RepositoryDetail>>> repository(std::string name) override {
    auto found = known.find(name);
    co_return found == known.end() ? std::nullopt : std::optional(found->second);
  }
  Task<Result<storage::Page<registry::SizedTag>>> tags(std::string,
                                                       storage::PageQuery<registry::TagOrder> query) override {
    askedTags = query;
    co_return storage::Page<registry::SizedTag>{tagList, tagList.size(), std::nullopt};
  }
  Task<Result<registry::UseTree>> use(std::string, storage::PageQuery<registry::UseOrder> query) override {
    askedUse = query;
    co_return tree;
  }
  Task<Result<registry::ManifestView>> manifest(std::string, core::Reference) override { return answer(view); }
  Task<Result<registry::ImageConfig>> image(std::string, core::Reference) override { return answer(config); }
  Task<Result<registry::AttachmentPage>> attachments(std::string, core::Digest, std::string after,
                                                     std::size_t limit) override {
    askedAttachments = {std::move(after), limit};
    return answer(attached);
  }
  Task<Result<void>> removeRepository(std::string name) override {
    if (known.erase(name) == 0) co_return core::fail(core::ErrorCode::NameUnknown, "Repository not found.");
    co_return Result<void>{};
  }
  Task<Result<registry::Recheck>> recheck(std::string, std::string) override { return answer(rechecked); }

 private:
  template <class T>
  Task<Result<T>> answer(T value) {
    if (failure) co_return core::fail(*failure);
    co_return value;
  }
};

}  // namespace larder::test
