#include "larder/core/units.hpp"

#include "larder/apitypes/time.hpp"
#include "targets.hpp"

namespace larder::fuzz {

void units(std::string_view input) {
  if (auto duration = core::parseDuration(input)) {
    require(core::parseDuration(core::formatDuration(*duration)) == *duration, "a duration is read as it was written");
  }
  (void)core::parseBytes(input);
  if (auto size = core::parseBytesOrPercent(input)) {
    require(core::resolve(*size, 1000) <= 1000 || std::holds_alternative<std::uint64_t>(*size), "a part of the whole");
  }
  (void)apitypes::parseTime(input);
}

}  // namespace larder::fuzz
