// What is fuzzed: each target takes any bytes at all, and ends the process if what comes of them contradicts itself.
#pragma once

#include <array>
#include <cstdio>
#include <cstdlib>
#include <string_view>

namespace larder::fuzz {

void address(std::string_view input);    // a host, URL, address or network
void basic(std::string_view input);      // an Authorization field, or the hash of a password
void body(std::string_view input);       // of a call of the management API
void challenge(std::string_view input);  // a line is a field
void chunked(std::string_view input);    // a body in the chunked coding
void config(std::string_view input);     // JSON or YAML
void htpasswd(std::string_view input);
void image(std::string_view input);    // an image's configuration, an index of referrers, the tag of a signature
void journal(std::string_view input);  // a change of the metadata
void json(std::string_view input);
void key(std::string_view input);       // a private key in PEM
void layout(std::string_view input);    // index.json of an OCI layout
void link(std::string_view input);      // a line is a field
void manifest(std::string_view input);  // the first line is the Content-Type
void path(std::string_view input);      // a path with its query; then fields
void pattern(std::string_view input);   // a glob, regular expression or version; then a name
void range(std::string_view input);
void reference(std::string_view input);  // references, digests, names of repositories
void request(std::string_view input);    // the head of an HTTP request, a WebSocket's handshake too
void stored(std::string_view input);     // jobs and polls in the store
void token(std::string_view input);      // the answer of a token service
void units(std::string_view input);      // durations, sizes, times
void websocket(std::string_view input);  // frames, compressed messages, offers of extensions

struct Target {
  std::string_view name;  // of its corpus too
  void (*run)(std::string_view input);
};
inline constexpr std::array kTargets{
    Target{"address", address},
    Target{"basic", basic},
    Target{"body", body},
    Target{"challenge", challenge},
    Target{"chunked", chunked},
    Target{"config", config},
    Target{"htpasswd", htpasswd},
    Target{"image", image},
    Target{"journal", journal},
    Target{"json", json},
    Target{"key", key},
    Target{"layout", layout},
    Target{"link", link},
    Target{"manifest", manifest},
    Target{"path", path},
    Target{"pattern", pattern},
    Target{"range", range},
    Target{"reference", reference},
    Target{"request", request},
    Target{"stored", stored},
    Target{"token", token},
    Target{"units", units},
    Target{"websocket", websocket},
};

inline void require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "fuzz: this must hold: %s\n", what);
  std::abort();
}

}  // namespace larder::fuzz
