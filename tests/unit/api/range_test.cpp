#include "range.hpp"

#include <gtest/gtest.h>

namespace larder::api {
namespace {

using Parsed = std::variant<WholeContent, ByteRange, Unsatisfiable>;

struct RangeCase {
  const char* field;
  std::uint64_t size;
  Parsed expected;
};

class RangeTable : public testing::TestWithParam<RangeCase> {};

TEST_P(RangeTable, IsParsed) {
  EXPECT_TRUE(parseRange(GetParam().field, GetParam().size) == GetParam().expected) << GetParam().field;
}

INSTANTIATE_TEST_SUITE_P(
    Rfc9110, RangeTable,
    testing::Values(RangeCase{"bytes=0-0", 10, ByteRange{0, 0}}, RangeCase{"bytes=2-5", 10, ByteRange{2, 5}},
                    RangeCase{"bytes=2-", 10, ByteRange{2, 9}}, RangeCase{"bytes=-3", 10, ByteRange{7, 9}},
                    RangeCase{"bytes=-30", 10, ByteRange{0, 9}}, RangeCase{"bytes=5-100", 10, ByteRange{5, 9}},
                    RangeCase{"Bytes = 2 - 5", 10, ByteRange{2, 5}},
                    RangeCase{"bytes=5-99999999999999999999999", 10, ByteRange{5, 9}},
                    RangeCase{"bytes=10-", 10, Unsatisfiable{}}, RangeCase{"bytes=10-12", 10, Unsatisfiable{}},
                    RangeCase{"bytes=5-0", 10, Unsatisfiable{}}, RangeCase{"bytes=-0", 10, Unsatisfiable{}},
                    RangeCase{"bytes=0-", 0, Unsatisfiable{}}, RangeCase{"bytes=-1", 0, Unsatisfiable{}},
                    RangeCase{"bytes=99999999999999999999999-", 10, Unsatisfiable{}},
                    RangeCase{"bytes=0-1,4-5", 10, WholeContent{}}, RangeCase{"items=0-1", 10, WholeContent{}},
                    RangeCase{"bytes=", 10, WholeContent{}}, RangeCase{"bytes=-", 10, WholeContent{}},
                    RangeCase{"bytes=a-b", 10, WholeContent{}}, RangeCase{"bytes=1", 10, WholeContent{}},
                    RangeCase{"bytes=--1", 10, WholeContent{}}, RangeCase{"bytes=+1-2", 10, WholeContent{}},
                    RangeCase{"bytes", 10, WholeContent{}}, RangeCase{"", 10, WholeContent{}}));

TEST(ChunkRange, TakesTheSpecsFormAndTheHttpForm) {
  EXPECT_EQ(parseChunkRange("0-9").value(), (ByteRange{0, 9}));
  EXPECT_EQ(parseChunkRange("bytes 5-9/20").value(), (ByteRange{5, 9}));
  EXPECT_EQ(parseChunkRange("bytes 5-9/*").value(), (ByteRange{5, 9}));
}

TEST(ChunkRange, RefusesWhatIsNoRange) {
  for (const char* text : {"", "5", "9-5", "-5", "5-", "a-b", "0-18446744073709551615", "0-9-12", "bytes"}) {
    auto parsed = parseChunkRange(text);
    ASSERT_FALSE(parsed) << text;
    EXPECT_EQ(parsed.error().code, core::ErrorCode::RangeInvalid);
  }
}

}  // namespace
}  // namespace larder::api
