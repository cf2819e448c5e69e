// The files of the web dashboard, built from web/ into the daemon. The table is written by web/scripts/build.mjs; with
// -DWEB=OFF it is empty. Static, so any thread may read it.
#pragma once

#include <span>
#include <string_view>

namespace larder::api {

struct Asset {
  std::string_view path;  // "/assets/index-4f2a.js"; "/" for the page itself
  std::string_view mediaType;
  std::string_view entityTag;  // of the content, without quotes
  std::string_view plain;
  std::string_view gzip;
  std::string_view brotli;
};

std::span<const Asset> embeddedAssets();

}  // namespace larder::api
