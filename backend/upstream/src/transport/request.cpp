#include "transport/request.hpp"

#include <charconv>

#include "text.hpp"

namespace larder::upstream {

const char* toString(Method method) {
  switch (method) {
    case Method::Get:
      return "GET";
    case Method::Head:
      return "HEAD";
    case Method::Post:
      return "POST";
    case Method::Put:
      return "PUT";
  }
  return "";
}

std::optional<std::string_view> ResponseHead::find(std::string_view name) const {
  for (const auto& [field, value] : fields_) {
    if (equalIgnoringCase(field, name)) return value;
  }
  return std::nullopt;
}

std::vector<std::string> ResponseHead::findAll(std::string_view name) const {
  std::vector<std::string> values;
  for (const auto& [field, value] : fields_) {
    if (equalIgnoringCase(field, name)) values.push_back(value);
  }
  return values;
}

std::optional<std::uint64_t> ResponseHead::contentLength() const {
  auto text = find("Content-Length");
  if (!text) return std::nullopt;
  std::uint64_t length = 0;
  auto [end, failure] = std::from_chars(text->data(), text->data() + text->size(), length);
  if (failure != std::errc{} || end != text->data() + text->size()) return std::nullopt;
  return length;
}

}  // namespace larder::upstream
