#include <string>

#include "admin/caller.hpp"
#include "admin/wanted.hpp"
#include "fields.hpp"
#include "larder/http/message.hpp"
#include "oci_path.hpp"
#include "targets.hpp"

namespace larder::fuzz {

// A path with its query, then a Cookie field and an If-None-Match.
void path(std::string_view input) {
  auto end = std::min(input.find('\n'), input.size());
  auto target = input.substr(0, end);
  auto field = input.substr(std::min(end + 1, input.size()));
  auto mark = std::min(target.find('?'), target.size());
  http::RequestHead head;
  head.path = target.substr(0, mark);
  head.query = target.substr(std::min(mark + 1, target.size()));
  head.addField("Cookie", field);

  auto decoded = http::percentDecode(head.path);
  if (decoded) {
    require(decoded->find('\0') == std::string::npos, "a path has no NUL");
    require(http::percentDecode(http::percentEncode(*decoded)) == decoded, "what is encoded is decoded again");
    auto parsed = api::parseOciPath(*decoded);
    bool named = parsed.route != api::OciRoute::None && parsed.route != api::OciRoute::Root &&
                 parsed.route != api::OciRoute::Catalog && parsed.route != api::OciRoute::Discover;
    require(!named || parsed.name.size() + parsed.reference.size() < decoded->size(), "parts lie within the path");
    if (auto wanted = api::admin::parseImage(*decoded)) {
      auto again = api::admin::parseImage(wanted->name());
      require(again && again->name() == wanted->name(), "an image's name is read as it was written");
    }
    if (auto cursor = api::admin::parseCursor(*decoded)) {
      auto again = api::admin::parseCursor(api::admin::cursorOf(*cursor));
      require(again && again->key == cursor->key && again->name == cursor->name, "a cursor is read as it was written");
    }
  }
  for (const auto& value : head.queryParameters("n")) {
    require(value.size() <= head.query.size(), "a parameter is a part of the query");
  }
  require(api::admin::cookie(head, "larder").find(';') == std::string_view::npos, "a cookie is one");
  (void)api::matchesEntityTag(field, "\"sha256:0\"");
  auto type = std::string(api::safeMediaType(field));
  require(type.find_first_of("\r\n") == std::string::npos, "a media type is one line");
  require(api::loggable(std::string(field)).find_first_of("\r\n") == std::string::npos, "a log line is one");
  (void)api::parseNumber(field);
  (void)api::isNamespaceHost(field);
}

}  // namespace larder::fuzz
