#include "larder/core/units.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace larder::core {
namespace {

using namespace std::chrono_literals;
using std::chrono::nanoseconds;

TEST(Duration, ParsesGosSyntax) {
  const std::pair<const char*, nanoseconds> cases[] = {
      {"0", 0ns},
      {"5m", 5min},
      {"1h30m", 90min},
      {"500ms", 500ms},
      {"1.5h", 90min},
      {"-2s", -2s},
      {"+2s", 2s},
      {".5s", 500ms},
      {"1.s", 1s},
      {"0s", 0s},
      {"3us", 3us},
      {"3\u00b5s", 3us},
      {"3\u03bcs", 3us},
      {"7ns", 7ns},
      {"0.29s", 290ms},
      {"1h1m1s", 3661s},
      {"2m1h", 62min},
      {"0.1ns", 0ns},
      {"168h", 168h},
      {"1.000000001s", 1s + 1ns},
      {"2540400h10m10.000000000s", 2540400h + 10min + 10s},
      {"9223372036854775807ns", nanoseconds{std::numeric_limits<std::int64_t>::max()}},
  };
  for (const auto& [text, expected] : cases) {
    const auto duration = parseDuration(text);
    ASSERT_TRUE(duration) << text;
    EXPECT_EQ(*duration, expected) << text;
  }
}

TEST(Duration, RefusesTheRest) {
  for (const auto* text : {"", "-", "5", "5 m", "m", ".s", "5d", "5M", "1h-5m", "--5m", "1e3s", "5m ", " 5m",
                           "3000000h", "9223372036854775808ns", "99999999999999999999s", "+.s", "1hh"}) {
    const auto duration = parseDuration(text);
    ASSERT_FALSE(duration) << text;
    EXPECT_EQ(duration.error().code, ErrorCode::InvalidArgument);
  }
}

TEST(Duration, IsWrittenInTheShortestForm) {
  const std::pair<nanoseconds, const char*> cases[] = {
      {0s, "0s"},
      {5min, "5m"},
      {90min, "1h30m"},
      {1h, "1h"},
      {1500ms, "1.5s"},
      {300ms, "300ms"},
      {-2s, "-2s"},
      {1us, "1us"},
      {1500ns, "1.5us"},
      {999ns, "999ns"},
      {1h + 5s + 1ns, "1h5.000000001s"},
  };
  for (const auto& [duration, text] : cases) {
    EXPECT_EQ(formatDuration(duration), text);
    EXPECT_EQ(*parseDuration(text), duration);
  }
  EXPECT_EQ(formatDuration(nanoseconds::min()), "-2562047h47m16.854775808s");
}

TEST(Bytes, ParsesIecSiAndKubernetesUnits) {
  const std::pair<const char*, std::uint64_t> cases[] = {
      {"0", 0},
      {"512", 512},
      {"512B", 512},
      {"512KiB", 512 << 10},
      {"10MB", 10'000'000},
      {"1.5GiB", 3ULL << 29},
      {"10Gi", 10ULL << 30},
      {"512M", 512'000'000},
      {"1k", 1000},
      {"1 GiB", 1ULL << 30},
      {"800MiB", 800ULL << 20},
      {"2tb", 2'000'000'000'000},
      {"0.5Ki", 512},
      {"16383Pi", 16383ULL << 50},
  };
  for (const auto& [text, expected] : cases) {
    const auto bytes = parseBytes(text);
    ASSERT_TRUE(bytes) << text;
    EXPECT_EQ(*bytes, expected) << text;
  }
}

TEST(Bytes, RefusesTheRest) {
  for (const auto* text :
       {"", "x", "-1", "1.5", "512m", "10XB", "1  GiB", "GiB", "16384Pi", "99999999999999999999", "5%", "1Gi2Mi"}) {
    EXPECT_FALSE(parseBytes(text)) << text;
  }
}

TEST(Bytes, AreWrittenWithOneDecimal) {
  const std::pair<std::uint64_t, const char*> cases[] = {
      {0, "0 B"},
      {1023, "1023 B"},
      {1024, "1 KiB"},
      {1536, "1.5 KiB"},
      {3ULL << 29, "1.5 GiB"},
      {1048575, "1 MiB"},
      {~std::uint64_t{0}, "16 EiB"},
      {10ULL << 30, "10 GiB"},
  };
  for (const auto& [bytes, text] : cases) EXPECT_EQ(formatBytes(bytes), text);
}

TEST(BytesOrPercent, TakesEither) {
  EXPECT_EQ(resolve(*parseBytesOrPercent("10Gi"), 5), 10ULL << 30);
  EXPECT_EQ(resolve(*parseBytesOrPercent("80%"), 1000), 800u);
  EXPECT_EQ(resolve(*parseBytesOrPercent("12.5%"), 1000), 125u);
  EXPECT_EQ(resolve(*parseBytesOrPercent("100%"), ~std::uint64_t{0}), ~std::uint64_t{0});
  for (const auto* text : {"0%", "101%", "%", "-5%", "8 0%", "80%%", ""})
    EXPECT_FALSE(parseBytesOrPercent(text)) << text;
}

}  // namespace
}  // namespace larder::core
