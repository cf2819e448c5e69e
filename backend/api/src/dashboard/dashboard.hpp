// Serves the web dashboard: its files to anyone (they hold no secret), its page for each path that a browser opens.
#pragma once

#include <optional>
#include <span>

#include "dashboard/assets.hpp"
#include "larder/http/message.hpp"

namespace larder::api {

// Fields that keep what a browser got from being framed, sniffed, or made to run what is not ours.
void setBrowserFields(http::Response& response);

// The answer to a GET or HEAD for one of the files, or for a page of the dashboard: any path, if the client asks for
// HTML; below the prefix of a proxy with that in its <base>. Nothing for all else, and if there are no assets. The
// caller keeps the paths of the other APIs away.
std::optional<http::Response> answerDashboard(std::span<const Asset> assets, const http::RequestHead& head);

}  // namespace larder::api
