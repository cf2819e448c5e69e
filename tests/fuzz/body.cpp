#include <string>
#include <vector>

#include "larder/apitypes/access.hpp"
#include "larder/apitypes/activity.hpp"
#include "larder/apitypes/codec.hpp"
#include "larder/apitypes/live.hpp"
#include "larder/apitypes/session.hpp"
#include "larder/apitypes/sync.hpp"
#include "larder/core/json.hpp"
#include "targets.hpp"

namespace larder::fuzz {
namespace {

template <class... Types>
void decodeAll(const apitypes::Json& json) {
  (
      [&json] {
        std::vector<apitypes::InputError> faults;
        auto content = apitypes::decode<Types>(json, faults);
        require(faults.size() <= apitypes::Reader::kMostFaults, "faults are bounded");
        if (!faults.empty()) return;
        auto text = apitypes::encode(content);
        auto again = core::parseOrderedJson(text, core::kOwnJson);
        require(again.has_value(), "what is written is JSON");
        require(apitypes::encode(apitypes::decode<Types>(*again, faults)) == text, "and is read as it was written");
      }(),
      ...);
}

}  // namespace

void body(std::string_view input) {
  auto json = core::parseOrderedJson(input);
  if (!json) return;
  decodeAll<apitypes::NewUser, apitypes::NewPassword, apitypes::NewJob, apitypes::LiveRequest, apitypes::LogIn,
            apitypes::RuleOrder, apitypes::PreviewInput, apitypes::NewCredential>(*json);
}

}  // namespace larder::fuzz
