#include "admin/browse_input.hpp"

#include <utility>

namespace larder::api::admin {

Wanted<std::string> wantedRepository(const Call& call) {
  auto name = call.head().queryParameter("repository").value_or("");
  if (name.empty()) return tl::unexpected(invalidInput({{"?repository", "Name a repository.", "library/nginx"}}));
  if (!core::isRepositoryName(name) || !call.mayRead()(name)) {
    return tl::unexpected(problemResponse(404, "There is no such repository, or it is not for you to read."));
  }
  return name;
}

Wanted<core::Reference> wantedReference(const Call& call) {
  auto reference = core::Reference::parse(call.head().queryParameter("reference").value_or(""));
  if (!reference) {
    return tl::unexpected(invalidInput({{"?reference", reference.error().message, "A tag, or sha256:…"}}));
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

bool may(const Call& call, const std::string& repository, auth::Action action) {
  const auto& caller = call.caller;
  if (caller.open && !caller.changes && action != auth::Action::Read) return false;
  if (caller.admin && action != auth::Action::DetectManifestCollision) return true;
  return call.state->policy.authorizer->allows(*caller.identity, repository, action);
}

std::optional<http::Response> refuseUnless(const Call& call, const std::string& repository, auth::Action action) {
  if (may(call, repository, action)) return std::nullopt;
  return problemResponse(403, std::string("This needs the right to ") + auth::toString(action) + " in " + repository +
                                  "; http.accessControl.repositories gives it.");
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
