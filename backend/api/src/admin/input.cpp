#include "admin/input.hpp"

#include <algorithm>
#include <utility>

namespace larder::api::admin {

void InputFaults::wrong(std::string path, std::string message, std::optional<std::string> hint) {
  faults_.push_back({std::move(path), std::move(message), std::move(hint)});
}

void InputFaults::limit(const std::string& path, const std::string& text, std::size_t maxBytes) {
  // One that could not be read is empty.
  bool isFaulty =
      std::ranges::any_of(faults_, [&](const InputError& fault) { return fault.path.empty() || fault.path == path; });
  if (isFaulty) return;
  if (text.empty()) wrong(path, "This must not be empty.");
  if (text.size() > maxBytes) wrong(path, "This is longer than " + std::to_string(maxBytes) + " bytes.");
}

std::optional<http::Response> InputFaults::refusal() {
  if (faults_.empty()) return std::nullopt;
  return invalidInput(std::move(faults_));
}

}  // namespace larder::api::admin
