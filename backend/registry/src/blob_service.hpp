// BlobService over the memory cache, the store and the pull-through.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "blob_pull.hpp"
#include "context.hpp"
#include "housekeeping/damage.hpp"

namespace larder::registry {

class BlobServiceImpl final : public BlobService {
 public:
  BlobServiceImpl(std::shared_ptr<Context> context, std::shared_ptr<BlobPull> pull, std::shared_ptr<Damage> damage)
      : context_(std::move(context)), pull_(std::move(pull)), damage_(std::move(damage)) {}

  std::shared_ptr<const BlobAnswer> ready(std::string_view repository, std::string_view digest, std::string_view ns,
                                          const MayRead& mayRead) override;
  Task<Result<BlobAnswer>> get(std::string repository, Digest digest, Asker asker) override;
  void doubt(Digest digest) override;
  Task<Result<BlobAnswer>> head(std::string repository, Digest digest, Asker asker) override;
  Task<Result<void>> remove(std::string repository, Digest digest) override;
  Task<Result<bool>> mount(std::string repository, Digest digest, std::string from, MayRead mayRead) override;

 private:
  // What is asked for, as far as it can be told from here: an answer, or how to get one.
  struct Local {
    RoutePtr route;
    std::optional<std::uint64_t> linked;  // its size, if the repository may read it
    std::optional<BlobAnswer> answer;
  };
  // To read records; whoever waits for it holds less than whoever has it. Given back before anything else is waited
  // for.
  using Turn = std::optional<runtime::Gate::Pass>;
  Task<Result<Local>> lookUpInTurn(std::string repository, Digest digest, Asker asker);
  Task<Result<Local>> lookUp(std::string repository, Digest digest, Asker asker, Turn* turn);
  // Counts what a client is given, unless it has been blocked since its route was resolved.
  Result<BlobAnswer> deliver(const Route& route, const Digest& digest, BlobAnswer answer, SteadyTime begin);
  // BlobUnknown also if what is stored turns out to be damaged, by its size.
  Task<Result<std::shared_ptr<storage::BlobReader>>> openSized(Digest digest, std::uint64_t size, Turn* turn);
  static Task<> examine(std::shared_ptr<Damage> damage, Digest digest);

  std::shared_ptr<Context> context_;
  std::shared_ptr<BlobPull> pull_;
  std::shared_ptr<Damage> damage_;
};

}  // namespace larder::registry
