// Text of others in messages, and texts that are nearly the same.
#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace larder::config {

std::string lower(std::string_view text);  // ASCII
bool equalIgnoringCase(std::string_view a, std::string_view b);
std::string_view trim(std::string_view text);
// The parts between commas, trimmed, without empty ones.
std::vector<std::string> splitCommas(std::string_view text);

// `text` without control characters, cut to a length that a log line bears.
std::string printable(std::string_view text);
// The same in double quotes.
std::string quote(std::string_view text);
// A path in double quotes, without control characters. Of one that is too long its end is shown, which tells most.
std::string quotePath(const std::filesystem::path& path);
// The place of `key` in what is at `place`: "storage.gc", or "storage" where `place` is "".
std::string dotted(const std::string& place, const std::string& key);
// "a, b, c".
std::string join(std::span<const std::string> texts);

// The one of `candidates` that `text` was most likely meant to be, "" if none is near. Case does not count.
std::string nearest(std::string_view text, std::span<const std::string> candidates);

}  // namespace larder::config
