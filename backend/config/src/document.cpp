#include "document.hpp"

#include "document_readers.hpp"
#include "larder/core/json.hpp"
#include "text.hpp"

namespace larder::config {
namespace {

constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";

// Whether `text` is UTF-8 without the overlong forms and surrogates that RFC 3629 forbids.
bool isUtf8(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(text[at]); };
    const auto lead = byte(i);
    const std::size_t length = lead < 0x80   ? 1
                               : lead < 0xc2 ? 0
                               : lead < 0xe0 ? 2
                               : lead < 0xf0 ? 3
                               : lead < 0xf5 ? 4
                                             : 0;
    if (length == 0 || i + length > text.size()) return false;
    for (std::size_t k = 1; k < length; ++k) {
      if ((byte(i + k) & 0xc0) != 0x80) return false;
    }
    if (length > 2) {
      const auto next = byte(i + 1);
      if ((lead == 0xe0 && next < 0xa0) || (lead == 0xed && next > 0x9f) || (lead == 0xf0 && next < 0x90) ||
          (lead == 0xf4 && next > 0x8f)) {
        return false;
      }
    }
    i += length;
  }
  return true;
}

}  // namespace

Format formatOf(const std::filesystem::path& file) {
  const auto extension = lower(file.extension().string());
  if (extension == ".json") return Format::Json;
  return extension == ".yaml" || extension == ".yml" ? Format::Yaml : Format::Detect;
}

core::Error ofFile(const std::filesystem::path& file, core::Error error) {
  if (!file.empty()) error.message = "The file " + quotePath(file) + " cannot be read. " + error.message;
  return error;
}

core::Result<Json> parseDocument(std::string_view text, Format format) {
  if (text.size() > kMaxDocumentBytes) return core::fail(core::ErrorCode::TooLarge, "The file is larger than 4 MiB.");
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  if (!isUtf8(text)) return core::fail(core::ErrorCode::InvalidArgument, "The file is not valid UTF-8.");
  if (format == Format::Detect) {
    const auto start = text.find_first_not_of(" \t\r\n");
    format = start != std::string_view::npos && text[start] == '{' ? Format::Json : Format::Yaml;
  }
  return format == Format::Json ? core::parseOrderedJson(text, kDocumentLimits) : readYaml(text);
}

}  // namespace larder::config
