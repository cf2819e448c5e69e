// What the layers below have, as the structs of the API: what more than one area shows.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "larder/apitypes/activity.hpp"
#include "larder/apitypes/sync.hpp"
#include "larder/auth/auth.hpp"
#include "larder/config/load.hpp"
#include "larder/registry/browse_service.hpp"
#include "larder/registry/housekeeping_service.hpp"
#include "larder/registry/job_service.hpp"
#include "larder/registry/pull_history.hpp"
#include "larder/registry/sync_service.hpp"
#include "larder/registry/transfer_service.hpp"
#include "larder/telemetry/events.hpp"

namespace larder::api {

apitypes::Transfer toApi(const registry::Transfer& transfer);
apitypes::EndedTransfer toApi(const registry::EndedTransfer& transfer);
apitypes::Pull toApi(const registry::Pull& pull);
apitypes::Job toApi(const registry::Job& job);
apitypes::Run toApi(const registry::SyncRun& run);
apitypes::UpstreamHealth toApi(const upstream::UpstreamStatus& status);
apitypes::Event toApi(const telemetry::Event& event);
apitypes::LogRecord toApi(const telemetry::LogLine& line);

apitypes::InputError toApi(const config::Problem& problem);

inline constexpr std::array kActions{auth::Action::Read, auth::Action::Create, auth::Action::Update,
                                     auth::Action::Delete, auth::Action::DetectManifestCollision};
apitypes::Action toApi(auth::Action action);
apitypes::StorageUse toApi(const registry::StorageState& state);
apitypes::Repository toApi(const storage::RepositorySummary& repository);
apitypes::Tag toApi(const registry::SizedTag& tag);
apitypes::Block toApi(const config::Block& block);
apitypes::ManifestNode toApi(const registry::ManifestNode& node);
apitypes::Image toApi(const registry::ImageConfig& image);
apitypes::Referrer toApi(const registry::Attachment& attachment);

// Of an enumeration that has the words of the API.
template <class Enum>
Enum byWord(std::string_view word) {
  return apitypes::parseWord<Enum>(word).value_or(Enum::Unknown);
}

// Each of them, by its toApi().
template <class Item>
auto listOf(const std::vector<Item>& items) {
  std::vector<decltype(toApi(items.front()))> list;
  list.reserve(items.size());
  for (const auto& item : items) list.push_back(toApi(item));
  return list;
}

// A list on one page.
template <class T>
apitypes::Page<T> wholeList(std::vector<T> items) {
  auto total = items.size();
  return {std::move(items), total, {}};
}

// Below, an empty text and the epoch stand for what is not there.
inline std::optional<std::string> unlessEmpty(std::string text) {
  return text.empty() ? std::nullopt : std::optional(std::move(text));
}
inline std::optional<apitypes::Time> unlessNever(apitypes::Time time) {
  return time == apitypes::Time{} ? std::nullopt : std::optional(time);
}

}  // namespace larder::api
