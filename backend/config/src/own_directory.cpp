#include "own_directory.hpp"

#include <system_error>

#include "larder/config/file_edit.hpp"
#include "larder/core/digest.hpp"
#include "text.hpp"

namespace larder::config {
namespace {

constexpr std::size_t kMostName = 64 * 1024;
constexpr std::size_t kNameDigits = 16;

std::filesystem::path markFileOf(const std::filesystem::path& shared) {
  return shared / "file";
}

}  // namespace

std::string nameOfFile(const std::filesystem::path& file) {
  if (file.empty()) return "built-in";
  std::error_code error;
  auto absolute = std::filesystem::absolute(file, error);
  auto directory = std::filesystem::weakly_canonical(absolute.parent_path(), error);
  return ((error ? absolute.parent_path() : directory) / absolute.filename()).string();
}

std::string ownerOf(const std::filesystem::path& shared) {
  auto mark = readForEdit(markFileOf(shared), kMostName);
  return mark ? std::string(trim(mark->text)) : std::string();
}

std::filesystem::path ownDirectory(const std::filesystem::path& shared, const std::string& name) {
  auto owner = ownerOf(shared);
  if (owner.empty() || owner == name) return shared;
  return shared / "other" / core::Digest::of(name).hex().substr(0, kNameDigits);
}

std::filesystem::path claimDirectory(const std::filesystem::path& shared, const std::string& name) {
  if (ownerOf(shared).empty()) {
    // Expects no file there: of two that claim it at once, one comes first.
    [[maybe_unused]] auto claimed = replaceFile(markFileOf(shared), name + "\n", FileStamp{}, 0600);
  }
  return ownDirectory(shared, name);
}

}  // namespace larder::config
