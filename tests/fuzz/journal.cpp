#include <nlohmann/json.hpp>

#include "drivers/sqlite/change_json.hpp"
#include "larder/core/json.hpp"
#include "targets.hpp"

namespace larder::fuzz {

void journal(std::string_view input) {
  auto json = core::parseJson(input);
  if (!json) return;
  auto change = storage::sqlite::changeFromJson(*json);
  if (!change) return;
  auto written = storage::sqlite::toJson(*change, {});
  auto again = storage::sqlite::changeFromJson(written);
  require(again && storage::sqlite::toJson(*again, {}) == written, "a change is read as it was written");
}

}  // namespace larder::fuzz
