#include "admin/wanted.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

#include "fields.hpp"
#include "larder/runtime/offload.hpp"

namespace larder::api::admin {

http::Response noRepository() {
  return problemResponse(404, "Repository not found, or you are not allowed to read it.");
}

Wanted<std::string> wantedRepository(const Call& call) {
  auto name = call.head().queryParameter("repository").value_or("");
  if (name.empty())
    return tl::unexpected(invalidInput({{"?repository", "A repository name is required.", "library/nginx"}}));
  if (!core::isRepositoryName(name) || !call.mayRead()(name)) return tl::unexpected(noRepository());
  return name;
}

Wanted<std::string> wantedRepositoryOrAll(const Call& call) {
  if (!call.head().queryParameter("repository")) return std::string();
  return wantedRepository(call);
}

Wanted<core::Reference> wantedReference(const Call& call) {
  auto reference = core::Reference::parse(call.head().queryParameter("reference").value_or(""));
  if (!reference) {
    return tl::unexpected(
        invalidInput({{"?reference", reference.error().message, "This must be a tag or a digest (sha256:…)"}}));
  }
  return std::move(*reference);
}

Wanted<WantedImage> wantedImage(const Call& call) {
  auto repository = wantedRepository(call);
  if (!repository) return tl::unexpected(std::move(repository.error()));
  auto reference = wantedReference(call);
  if (!reference) return tl::unexpected(std::move(reference.error()));
  return WantedImage{std::move(*repository), std::move(*reference)};
}

std::string WantedImage::name() const {
  return repository + (reference.isTag() ? ":" : "@") + reference.toString();
}

std::optional<WantedImage> parseImage(std::string_view name) {
  std::string_view wanted = "latest";
  auto take = [&](std::size_t mark) {
    if (mark == std::string_view::npos) return false;
    wanted = name.substr(mark + 1);
    name = name.substr(0, mark);
    return true;
  };
  // Beside a digest, a tag says nothing. A port would leave a name that is none here.
  if (take(name.find('@'))) {
    name = name.substr(0, name.rfind(':'));
  } else {
    take(name.rfind(':'));
  }
  auto reference = core::Reference::parse(wanted);
  if (!core::isRepositoryName(name) || !reference) return std::nullopt;
  return WantedImage{std::string(name), std::move(*reference)};
}

bool isWrittenInForce(const Call& call, const config::Written& written) {
  auto state = call.services->parts.editor.state();
  return state.ok && state.revision == written.revision;
}

runtime::Task<core::Result<std::vector<std::string>>> rulesInForce(const Call& call) {
  auto& editor = call.services->parts.editor;
  auto written = co_await runtime::offload(call.blocking(), [&editor] { return editor.written(); });
  if (!written) co_return core::fail(written.error());
  const auto& sync = call.config().extensions.sync;
  auto inForce = sync ? sync->registries.size() : 0;
  if (isWrittenInForce(call, *written) && written->rules.size() == inForce) co_return std::move(written->rules);
  co_return core::fail(core::ErrorCode::Conflict,
                       "The saved configuration is not active because it has errors. Fix it, then try again.");
}

runtime::Task<Wanted<std::size_t>> wantedRule(const Call& call) {
  auto rules = co_await rulesInForce(call);
  if (!rules) co_return tl::unexpected(failed(call, rules.error()));
  auto found = std::ranges::find(*rules, call.parameter("id"));
  if (found == rules->end()) co_return tl::unexpected(problemResponse(404, "Sync rule not found."));
  co_return static_cast<std::size_t>(found - rules->begin());
}

bool may(const Call& call, const std::string& repository, auth::Action action) {
  const auto& caller = call.caller;
  if (caller.open && !caller.changes && action != auth::Action::Read) return false;
  if (caller.admin && action != auth::Action::DetectManifestCollision) return true;
  return call.state->policy.authorizer->allows(*caller.identity, repository, action);
}

std::optional<http::Response> refuseUnless(const Call& call, const std::string& repository, auth::Action action) {
  if (may(call, repository, action)) return std::nullopt;
  return problemResponse(403, std::string("This needs permission to ") + auth::toString(action) + " in " + repository +
                                  "; grant it in http.accessControl.repositories.");
}

std::string cursorOf(const storage::PagePosition& position) {
  return std::to_string(position.key) + ":" + position.name;
}

std::optional<storage::PagePosition> parseCursor(std::string_view cursor) {
  storage::PagePosition position;
  const char* last = cursor.data() + cursor.size();
  auto [end, error] = std::from_chars(cursor.data(), last, position.key);
  if (error != std::errc() || end == last || *end != ':') return std::nullopt;
  position.name.assign(end + 1, last);
  if (position.name.empty() || position.name.size() > core::kMaxRepositoryName) return std::nullopt;
  return position;
}

}  // namespace larder::api::admin
