// What is fuzzed: each target takes any bytes at all, and ends the process if what comes of them contradicts itself.
#pragma once

#include <array>
#include <cstdio>
#include <cstdlib>
#include <string_view>

namespace larder::fuzz {

void manifest(std::string_view input);   // the first line is the Content-Type
void reference(std::string_view input);  // references, digests, names of repositories
void range(std::string_view input);
void challenge(std::string_view input);  // a line is a field
void config(std::string_view input);
void htpasswd(std::string_view input);
void layout(std::string_view input);  // index.json of an OCI layout

struct Target {
  std::string_view name;  // of its corpus too
  void (*run)(std::string_view input);
};
inline constexpr std::array kTargets{
    Target{"manifest", manifest},   Target{"reference", reference}, Target{"range", range},
    Target{"challenge", challenge}, Target{"config", config},       Target{"htpasswd", htpasswd},
    Target{"layout", layout},
};

inline void require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "fuzz: this must hold: %s\n", what);
  std::abort();
}

}  // namespace larder::fuzz
