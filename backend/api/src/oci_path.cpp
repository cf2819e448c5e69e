#include "oci_path.hpp"

namespace larder::api {
namespace {

// The part of `text` before `suffix`, if there is one.
bool cut(std::string_view text, std::string_view suffix, std::string_view& before) {
  if (!text.ends_with(suffix)) return false;
  before = text.substr(0, text.size() - suffix.size());
  return true;
}

}  // namespace

OciPath parseOciPath(std::string_view path) {
  constexpr std::string_view kRoot = "/v2";
  if (!path.starts_with(kRoot)) return {};
  auto rest = path.substr(kRoot.size());
  if (rest.empty() || rest == "/") return {OciRoute::Root, {}, {}};
  if (rest.front() != '/') return {};
  rest.remove_prefix(1);
  if (rest == "_catalog") return {OciRoute::Catalog, {}, {}};
  if (rest == "_oci/ext/discover") return {OciRoute::Discover, {}, {}};

  std::string_view name;
  if (cut(rest, "/tags/list", name)) return {OciRoute::Tags, name, {}};
  if (cut(rest, "/blobs/uploads", name)) return {OciRoute::UploadStart, name, {}};
  auto slash = rest.rfind('/');
  if (slash == std::string_view::npos) return {};
  auto head = rest.substr(0, slash);
  auto tail = rest.substr(slash + 1);
  if (cut(head, "/blobs/uploads", name)) return {tail.empty() ? OciRoute::UploadStart : OciRoute::Upload, name, tail};
  if (cut(head, "/manifests", name)) return {OciRoute::Manifest, name, tail};
  if (cut(head, "/blobs", name)) return {OciRoute::Blob, name, tail};
  if (cut(head, "/referrers", name)) return {OciRoute::Referrers, name, tail};
  return {};
}

}  // namespace larder::api
