#include "larder/http/message.hpp"

#include <algorithm>

#include "tokens.hpp"

namespace larder::http {

namespace {

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}

bool equalFold(std::string_view a, std::string_view b) {
  return a.size() == b.size() &&
         std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) { return lower(x) == lower(y); });
}

// Calls `visit(name, value)` with the raw parts of each parameter until it returns false.
template <class Visit>
void eachParameter(std::string_view query, Visit visit) {
  while (!query.empty()) {
    auto end = std::min(query.find('&'), query.size());
    auto part = query.substr(0, end);
    query.remove_prefix(std::min(end + 1, query.size()));
    auto equals = std::min(part.find('='), part.size());
    if (!visit(part.substr(0, equals), part.substr(std::min(equals + 1, part.size())))) return;
  }
}

// application/x-www-form-urlencoded: '+' is a space.
std::optional<std::string> decodeParameter(std::string_view raw) {
  if (raw.find('+') == std::string_view::npos) return percentDecode(raw);
  std::string spaced(raw);
  std::replace(spaced.begin(), spaced.end(), '+', ' ');
  return percentDecode(spaced);
}

}  // namespace

std::string_view toString(Method method) {
  switch (method) {
    case Method::Get:
      return "GET";
    case Method::Head:
      return "HEAD";
    case Method::Post:
      return "POST";
    case Method::Put:
      return "PUT";
    case Method::Patch:
      return "PATCH";
    case Method::Delete:
      return "DELETE";
    case Method::Options:
      return "OPTIONS";
    case Method::Other:
      break;
  }
  return "OTHER";
}

std::string_view RequestHead::field(std::string_view name) const {
  for (const auto& [key, value] : fields()) {
    if (equalFold(key, name)) return value;
  }
  return {};
}

bool RequestHead::hasField(std::string_view name) const {
  auto all = fields();
  return std::any_of(all.begin(), all.end(), [&](const auto& f) { return equalFold(f.first, name); });
}

std::optional<std::string> RequestHead::queryParameter(std::string_view name) const {
  std::optional<std::string> found;
  eachParameter(query, [&](std::string_view key, std::string_view value) {
    if (key != name) return true;
    found = decodeParameter(value);
    return false;
  });
  return found;
}

std::vector<std::string> RequestHead::queryParameters(std::string_view name) const {
  std::vector<std::string> found;
  eachParameter(query, [&](std::string_view key, std::string_view value) {
    if (key == name) {
      if (auto decoded = decodeParameter(value)) found.push_back(std::move(*decoded));
    }
    return true;
  });
  return found;
}

bool RequestHead::addField(std::string_view name, std::string_view value) {
  if (fields_.size() == kMaxFields) return false;
  fields_.emplace_back(name, value);
  return true;
}

void RequestHead::clear() {
  method = Method::Get;
  methodText = target = path = query = prefix = remoteAddress = certificateName = {};
  tls = false;
  http11 = true;
  fields_.clear();
}

std::optional<std::string> percentDecode(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (c == '%') {
      if (i + 2 >= text.size()) return std::nullopt;
      int high = hexValue(static_cast<unsigned char>(text[i + 1]));
      int low = hexValue(static_cast<unsigned char>(text[i + 2]));
      if (high < 0 || low < 0) return std::nullopt;
      c = static_cast<char>(high * 16 + low);
      i += 2;
    }
    if (c == '\0') return std::nullopt;
    out.push_back(c);
  }
  return out;
}

std::string percentEncode(std::string_view text) {
  static constexpr std::string_view kHex = "0123456789ABCDEF";
  static constexpr std::string_view kKept = "-._~/";
  std::string out;
  out.reserve(text.size());
  for (char c : text) {
    bool alphanumeric = (c >= '0' && c <= '9') || (lower(c) >= 'a' && lower(c) <= 'z');
    if (alphanumeric || kKept.find(c) != std::string_view::npos) {
      out.push_back(c);
    } else {
      auto byte = static_cast<unsigned char>(c);
      out.push_back('%');
      out.push_back(kHex[byte >> 4]);
      out.push_back(kHex[byte & 15]);
    }
  }
  return out;
}

Task<Result<std::string>> RequestBody::readAll(std::size_t limit) {
  auto declared = length();
  if (declared && *declared > limit) {
    co_return core::fail(core::ErrorCode::TooLarge,
                         "The body must not be larger than " + std::to_string(limit) + " bytes.");
  }
  std::string all;
  while (true) {
    auto chunk = co_await read();
    if (!chunk) co_return core::fail(chunk.error());
    if (chunk->empty()) co_return all;
    if (chunk->size() > limit - all.size()) {
      co_return core::fail(core::ErrorCode::TooLarge,
                           "The body must not be larger than " + std::to_string(limit) + " bytes.");
    }
    all.append(reinterpret_cast<const char*>(chunk->data()), chunk->size());
  }
}

std::string_view Response::field(std::string_view name) const {
  for (const auto& [key, value] : fields) {
    if (equalFold(key, name)) return value;
  }
  return {};
}

}  // namespace larder::http
