// From structs to JSON text and back.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "larder/apitypes/reader.hpp"
#include "larder/apitypes/writer.hpp"
#include "larder/core/json.hpp"
#include "larder/core/result.hpp"

namespace larder::apitypes {

template <class T>
std::string encode(const T& content) {
  std::string text;
  Writer(text).value(content);
  return text;
}

// What a daemon answered, as a client reads it. InvalidArgument with the first fault for text that is no JSON, or not
// of this shape.
template <class T>
core::Result<T> decode(std::string_view text) {
  auto json = core::parseOrderedJson(text, core::kOwnJson);
  if (!json) return core::fail(json.error());
  T content{};
  Reader reader(std::move(*json), Reader::Side::Client);
  reader.value(content);
  if (reader.faults().empty()) return content;
  const auto& fault = reader.faults().front();
  return core::fail(core::ErrorCode::InvalidArgument, fault.message, fault.path);
}

// What a daemon is sent. What is wrong with it comes into `faults`.
template <class T>
T decode(const Json& json, std::vector<InputError>& faults) {
  T content{};
  Reader reader(json, Reader::Side::Daemon);
  reader.value(content);
  faults = reader.takeFaults();
  return content;
}

}  // namespace larder::apitypes
