#include "error_mapping.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <set>
#include <string>

namespace larder::api {
namespace {

using core::ErrorCode;

struct Case {
  ErrorCode code;
  Subject subject;
  int status;
  const char* word;
};

class ErrorTable : public testing::TestWithParam<Case> {};

TEST_P(ErrorTable, HasStatusAndWord) {
  auto mapped = mapError(GetParam().code, GetParam().subject);
  EXPECT_EQ(mapped.status, GetParam().status);
  EXPECT_EQ(mapped.code, GetParam().word);
}

INSTANTIATE_TEST_SUITE_P(
    Codes, ErrorTable,
    testing::Values(Case{ErrorCode::BlobUnknown, Subject::Blob, 404, "BLOB_UNKNOWN"},
                    Case{ErrorCode::BlobUploadUnknown, Subject::Blob, 404, "BLOB_UPLOAD_UNKNOWN"},
                    Case{ErrorCode::DigestInvalid, Subject::Blob, 400, "DIGEST_INVALID"},
                    Case{ErrorCode::ManifestBlobUnknown, Subject::Manifest, 400, "MANIFEST_BLOB_UNKNOWN"},
                    Case{ErrorCode::NameInvalid, Subject::Repository, 400, "NAME_INVALID"},
                    Case{ErrorCode::TagInvalid, Subject::Manifest, 400, "MANIFEST_INVALID"},
                    Case{ErrorCode::RangeInvalid, Subject::Blob, 416, "BLOB_UPLOAD_INVALID"},
                    Case{ErrorCode::Conflict, Subject::Blob, 409, "BLOB_UPLOAD_INVALID"},
                    Case{ErrorCode::Conflict, Subject::Manifest, 409, "MANIFEST_INVALID"},
                    Case{ErrorCode::TooLarge, Subject::Manifest, 413, "SIZE_INVALID"},
                    Case{ErrorCode::Denied, Subject::Blob, 403, "DENIED"},
                    Case{ErrorCode::Unauthorized, Subject::Blob, 401, "UNAUTHORIZED"},
                    // An upstream's failures
                    Case{ErrorCode::UpstreamNotFound, Subject::Manifest, 404, "MANIFEST_UNKNOWN"},
                    Case{ErrorCode::UpstreamDenied, Subject::Manifest, 404, "MANIFEST_UNKNOWN"},
                    Case{ErrorCode::UpstreamLoginRefused, Subject::Manifest, 404, "MANIFEST_UNKNOWN"},
                    Case{ErrorCode::UpstreamNotFound, Subject::Blob, 404, "BLOB_UNKNOWN"},
                    Case{ErrorCode::UpstreamDenied, Subject::Repository, 404, "NAME_UNKNOWN"},
                    Case{ErrorCode::UpstreamThrottled, Subject::Manifest, 429, "TOOMANYREQUESTS"},
                    Case{ErrorCode::UpstreamInvalid, Subject::Manifest, 502, "UPSTREAM_INVALID"},
                    Case{ErrorCode::UpstreamUnavailable, Subject::Manifest, 503, "UPSTREAM_UNAVAILABLE"},
                    Case{ErrorCode::UpstreamUntrusted, Subject::Manifest, 503, "UPSTREAM_UNAVAILABLE"},
                    Case{ErrorCode::UpstreamTimeout, Subject::Manifest, 504, "UPSTREAM_TIMEOUT"},
                    Case{ErrorCode::Io, Subject::Manifest, 500, "INTERNAL"},
                    Case{ErrorCode::Internal, Subject::Manifest, 500, "INTERNAL"}));

TEST(ErrorMapping, UsesTheSpecsWordsForEveryClientError) {
  const std::set<std::string_view> words{"BLOB_UNKNOWN",     "BLOB_UPLOAD_INVALID",   "BLOB_UPLOAD_UNKNOWN",
                                         "DIGEST_INVALID",   "MANIFEST_BLOB_UNKNOWN", "MANIFEST_INVALID",
                                         "MANIFEST_UNKNOWN", "NAME_INVALID",          "NAME_UNKNOWN",
                                         "SIZE_INVALID",     "UNAUTHORIZED",          "DENIED",
                                         "UNSUPPORTED",      "TOOMANYREQUESTS"};
  for (int code = 0; code <= static_cast<int>(ErrorCode::Internal); ++code) {
    for (auto subject : {Subject::Manifest, Subject::Blob, Subject::Repository}) {
      auto mapped = mapError(static_cast<ErrorCode>(code), subject);
      if (mapped.status < 500) {
        EXPECT_TRUE(words.contains(mapped.code)) << mapped.code;
      }
    }
  }
}

TEST(ErrorMapping, SaysWhenToComeBack) {
  core::Error error{ErrorCode::UpstreamThrottled, "Quota used up."};
  error.retryAfter = std::chrono::milliseconds(1001);
  EXPECT_EQ(errorResponse(error, Subject::Manifest).field("Retry-After"), "2");
  error.retryAfter = std::chrono::milliseconds(0);
  EXPECT_EQ(errorResponse(error, Subject::Manifest).field("Retry-After"), "1");
  error.retryAfter.reset();
  EXPECT_FALSE(errorResponse(error, Subject::Manifest).field("Retry-After").empty());
}

TEST(ErrorMapping, TellsALimitAsZotDoes) {
  auto response = errorResponse({ErrorCode::TooManyRequests, "Full.", "storage.maxRepos=2"}, Subject::Blob);
  auto error = nlohmann::json::parse(std::get<std::string>(response.body))["errors"][0];
  EXPECT_EQ(error["code"], "TOOMANYREQUESTS");
  EXPECT_EQ(error["detail"], (nlohmann::json{{"limit", "2"}}));
}

TEST(ErrorMapping, KeepsPathsAndSystemErrorsToItself) {
  auto response = errorResponse({ErrorCode::Io, "open failed", "/srv/secret/blob"}, Subject::Blob);
  EXPECT_EQ(std::get<std::string>(response.body).find("secret"), std::string::npos);
}

TEST(ErrorMapping, SurvivesTextThatIsNoUtf8) {
  auto response = errorResponse({ErrorCode::NameInvalid, "bad \xff", "\xfe"}, Subject::Repository);
  EXPECT_EQ(nlohmann::json::parse(std::get<std::string>(response.body))["errors"].size(), 1U);
}

}  // namespace
}  // namespace larder::api
