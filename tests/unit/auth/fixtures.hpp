// What the tests of auth share: an htpasswd file in a directory of its own, configurations, and headers.
#pragma once

#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

#include "larder/config/config.hpp"
#include "support/temp_directory.hpp"

namespace larder::auth {

// Made with `htpasswd -nbB`, `htpasswd -nb2`, `htpasswd -nb5`, and `openssl passwd`; the password stands beside each.
inline constexpr std::string_view kAlice =  // wonder land
    "alice:$2y$05$hVf7oSbBaucPVZNhAX5iZe.uZwHJJWpQse5XG2OfLKFaAtnrgyme6";
inline constexpr std::string_view kBob =  // builder
    "bob:$2y$04$uZ/op85H4jGE/fH5df9GUeJjI6HQjqSSUHny7NAIGxwcoATF5ZHqi";
inline constexpr std::string_view kDave =  // five5
    "dave:$6$rounds=1000$qc0/ONH/WArp.BCR$OMLjePtDpB4Fq5tIs7S8VR0Armc4oZ05rn1Q5ETmHvHE/"
    "aMQAe82V1mmZXCzMsF0iV7ZzSChP4gcMhCoZ9CbL.";
inline constexpr std::string_view kEve =  // two2
    "eve:$5$rounds=1000$ffb3frQxR0Bhk0.k$2o2HSjA2nv1zgzmsjbCoTuB81UEoPPOZ4v9C5EzAqI0";
inline constexpr std::string_view kLong =  // 72 times "a"
    "long:$2y$04$3EIKdRzsCCcf2GdG/GMt..76040HW2fyOvRl6N5f4fIYJpVdTXFly";

// "Basic " and base64 of `pair`.
inline std::string basic(std::string_view pair) {
  constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out = "Basic ";
  for (std::size_t i = 0; i < pair.size(); i += 3) {
    unsigned bits = 0;
    std::size_t bytes = std::min<std::size_t>(3, pair.size() - i);
    for (std::size_t j = 0; j < 3; ++j) bits = bits << 8 | (j < bytes ? static_cast<unsigned char>(pair[i + j]) : 0U);
    for (std::size_t j = 0; j < 4; ++j) out += j <= bytes ? kAlphabet[bits >> (18 - 6 * j) & 63U] : '=';
  }
  return out;
}

class HtpasswdFile {
 public:
  explicit HtpasswdFile(std::string_view text) { write(text); }

  void write(std::string_view text) const { std::ofstream(path(), std::ios::binary | std::ios::trunc) << text; }
  std::filesystem::path path() const { return directory_.path() / "htpasswd"; }

 private:
  test::TempDirectory directory_;
};

// htpasswd log-in and no delay after a failure.
inline config::Config htpasswdConfig(const HtpasswdFile& file) {
  config::Config config;
  config.http.auth.htpasswdPath = file.path();
  config.http.auth.failDelay = config::Seconds(0);
  return config;
}

}  // namespace larder::auth
