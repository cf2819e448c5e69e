// ListService: what is here, joined with what the upstreams say they have.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "context.hpp"
#include "upstream_lists.hpp"

namespace larder::registry {

class ListServiceImpl final : public ListService {
 public:
  explicit ListServiceImpl(std::shared_ptr<Context> context);

  Task<Result<Listing>> tags(std::string repository, Asker asker, std::string last, std::size_t n) override;
  Task<Result<Listing>> catalog(std::string last, std::size_t n, MayRead mayRead) override;
  Task<Result<ReferrersPage>> referrers(std::string repository, Digest subject, Asker asker,
                                        ReferrersQuery query) override;

 private:
  using Tags = UpstreamLists<std::string>;
  using Referrers = UpstreamLists<Referrer>;

  // At most `limit` tags behind `last`, those that may answer the route.
  Task<Result<std::shared_ptr<const TagPage>>> localTags(Route route, std::string last, std::size_t limit);
  // How long an upstream's list is kept.
  std::chrono::nanoseconds ttl(const Route& route) const;
  // Sorted, each once.
  Task<Result<Tags::List>> upstreamTags(Route route);
  Task<Result<Referrers::List>> upstreamReferrers(Route route, Digest subject);

  std::shared_ptr<Context> context_;
  std::shared_ptr<Tags> tags_;
  std::shared_ptr<Referrers> referrers_;
};

}  // namespace larder::registry
