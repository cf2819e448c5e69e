// Keeps the files that make a node pull through a daemon, as that daemon has them for its rules.
#include <arpa/inet.h>
#include <curl/curl.h>
#include <netdb.h>
#include <signal.h>
#include <spdlog/spdlog.h>

#include <cstdio>
#include <cstdlib>
#include <memory>

#include "commands.hpp"
#include "larder/apitypes/node_setup.hpp"
#include "larder/config/config.hpp"
#include "larder/core/units.hpp"
#include "logging.hpp"
#include "node_files.hpp"

namespace larder::daemon {
namespace {

using core::ErrorCode;
using core::Result;

constexpr std::size_t kMaxAnswer = 1024 * 1024;
constexpr long kTimeoutSeconds = 10;

struct Runtime {
  const char* client;     // as /api/v1/node-setup names it
  const char* directory;  // where the files of its answer are
};
constexpr Runtime kRuntimes[] = {{"containerd", "/etc/containerd/certs.d"},
                                 {"crio", "/etc/containers/registries.conf.d"}};

std::string escaped(const std::string& text) {
  std::unique_ptr<char, void (*)(void*)> made(curl_easy_escape(nullptr, text.data(), static_cast<int>(text.size())),
                                              curl_free);
  return made ? made.get() : "";
}

std::size_t collect(const char* data, std::size_t, std::size_t size, void* body) {
  auto& text = *static_cast<std::string*>(body);
  if (text.size() + size > kMaxAnswer) return 0;
  text.append(data, size);
  return size;
}

// "http://10.0.0.7:5000" for "http://larder.default.svc:5000": nodes do not know the names of the cluster.
Result<std::string> numericAddress(const std::string& url) {
  std::unique_ptr<CURLU, decltype(&curl_url_cleanup)> parsed(curl_url(), curl_url_cleanup);
  auto part = [&parsed](CURLUPart which, unsigned flags) {
    char* text = nullptr;
    std::string found;
    if (curl_url_get(parsed.get(), which, &text, flags) == CURLUE_OK) found = text;
    curl_free(text);
    return found;
  };
  if (curl_url_set(parsed.get(), CURLUPART_URL, url.c_str(), 0) != CURLUE_OK) {
    return core::fail(ErrorCode::InvalidArgument, "This is not a valid URL. Use for example http://larder:5000.",
                      "--from");
  }
  auto host = part(CURLUPART_HOST, 0), scheme = part(CURLUPART_SCHEME, 0),
       port = part(CURLUPART_PORT, CURLU_DEFAULT_PORT);
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* list = nullptr;
  auto bare = host.starts_with('[') ? host.substr(1, host.size() - 2) : host;
  if (int failed = ::getaddrinfo(bare.c_str(), port.c_str(), &hints, &list); failed != 0) {
    return core::fail(ErrorCode::Io, "The name " + bare + " could not be resolved: " + ::gai_strerror(failed),
                      "--from");
  }
  std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owned(list, ::freeaddrinfo);
  char text[NI_MAXHOST];
  if (::getnameinfo(list->ai_addr, list->ai_addrlen, text, sizeof text, nullptr, 0, NI_NUMERICHOST) != 0) {
    return core::fail(ErrorCode::Io, "The address of " + bare + " cannot be converted to numeric form.", "--from");
  }
  bool isV6 = list->ai_family == AF_INET6;
  return scheme + "://" + (isV6 ? "[" : "") + text + (isV6 ? "]:" : ":") + port;
}

Result<std::string> fetch(const std::string& url, const std::filesystem::path& caFile) {
  std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> request(curl_easy_init(), curl_easy_cleanup);
  curl_slist* lines = nullptr;
  if (const char* login = std::getenv("LARDER_AUTHORIZATION"); login && *login) {
    lines = curl_slist_append(lines, (std::string("Authorization: ") + login).c_str());
  }
  std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)> headers(lines, curl_slist_free_all);
  std::string body;
  curl_easy_setopt(request.get(), CURLOPT_URL, url.c_str());
  curl_easy_setopt(request.get(), CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(request.get(), CURLOPT_HTTPHEADER, headers.get());
  if (!caFile.empty()) curl_easy_setopt(request.get(), CURLOPT_CAINFO, caFile.c_str());
  curl_easy_setopt(request.get(), CURLOPT_TIMEOUT, kTimeoutSeconds);
  curl_easy_setopt(request.get(), CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(request.get(), CURLOPT_NOPROXY, "*");  // the daemon is next door
  curl_easy_setopt(request.get(), CURLOPT_WRITEFUNCTION, collect);
  curl_easy_setopt(request.get(), CURLOPT_WRITEDATA, &body);
  if (auto failed = curl_easy_perform(request.get()); failed != CURLE_OK) {
    return core::fail(ErrorCode::Io, curl_easy_strerror(failed), url);
  }
  long status = 0;
  curl_easy_getinfo(request.get(), CURLINFO_RESPONSE_CODE, &status);
  if (status == 401 || status == 403) {
    return core::fail(ErrorCode::Denied,
                      "larderd returned HTTP " + std::to_string(status) +
                          ". Set LARDER_AUTHORIZATION to the Authorization header of a user with read permission.",
                      url);
  }
  if (status != 200) return core::fail(ErrorCode::Io, "larderd returned HTTP " + std::to_string(status) + ".", url);
  return body;
}

// "docker.io/hosts.toml" of "/etc/containerd/certs.d/docker.io/hosts.toml". Nothing for a path that is not of the
// runtime's directory: the daemon does not say which other files of a node are written.
std::optional<std::string> placeOf(const std::string& path, const Runtime& runtime) {
  std::string prefix = std::string(runtime.directory) + "/";
  if (!path.starts_with(prefix)) return std::nullopt;
  auto place = std::filesystem::path(path.substr(prefix.size()));
  if (place != place.lexically_normal() || place.is_absolute() || place.empty()) return std::nullopt;
  if (*place.begin() == ".." || std::distance(place.begin(), place.end()) > 2) return std::nullopt;
  return place.string();
}

Result<std::map<std::string, std::string>> wantedFiles(const NodeAgentOptions& options, const Runtime& runtime) {
  auto address = options.address.empty() ? numericAddress(options.from) : Result<std::string>(options.address);
  if (!address) return core::fail(address.error());
  auto answer = fetch(options.from + "/api/v1/node-setup?client=" + runtime.client + "&address=" + escaped(*address),
                      options.caFile);
  if (!answer) return core::fail(answer.error());
  auto setup = apitypes::decode<apitypes::NodeSetup>(*answer);
  if (!setup) return core::fail(setup.error());
  std::map<std::string, std::string> wanted;
  for (const auto& file : setup->files) {
    auto place = placeOf(file.path, runtime);
    if (!place)
      return core::fail(ErrorCode::InvalidArgument, "larderd returned a file outside the runtime's directory.",
                        file.path);
    wanted[*place] = file.content;
  }
  return wanted;
}

bool update(const NodeFiles& files, const Result<std::map<std::string, std::string>>& wanted,
            std::set<std::string>& foreign) {
  auto done = wanted ? files.apply(*wanted) : core::fail(wanted.error());
  if (!done) {
    spdlog::warn("node.not_updated where=\"{}\" message=\"{}\"", done.error().where, done.error().message);
    return false;
  }
  if (done->written + done->removed > 0) {
    spdlog::info("node.updated written={} removed={} registries={}", done->written, done->removed, wanted->size());
  }
  for (const auto& name : done->foreign) {
    if (!foreign.contains(name)) spdlog::warn("node.file_kept file={} reason=\"not written by this agent\"", name);
  }
  foreign = std::move(done->foreign);
  return true;
}

}  // namespace

int nodeAgent(NodeAgentOptions options) {
  while (options.from.ends_with('/')) options.from.pop_back();
  const Runtime* runtime = nullptr;
  for (const auto& known : kRuntimes) {
    if (options.client == known.client) runtime = &known;
  }
  auto interval = core::parseDuration(options.interval);
  if (!interval || *interval < std::chrono::seconds(1)) {
    std::fprintf(stderr, "larderd: --interval: Must be a duration of at least 1s, for example 60s.\n");
    return 2;
  }
  // Before any other thread, which then inherit it.
  sigset_t signals;
  sigemptyset(&signals);
  for (int signal : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&signals, signal);
  ::pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  auto logging = Logging::start(config::Log{}, options.logFormat);
  if (!logging) return 1;
  curl_global_init(CURL_GLOBAL_DEFAULT);

  NodeFiles files(options.directory.empty() ? runtime->directory : options.directory);
  std::set<std::string> foreign;
  auto seconds = std::chrono::duration_cast<std::chrono::seconds>(*interval);
  while (true) {
    bool updated = update(files, wantedFiles(options, *runtime), foreign);
    if (options.once) return updated ? 0 : 1;
    timespec wait{seconds.count(), 0};
    int signal = ::sigtimedwait(&signals, nullptr, &wait);
    if (signal == SIGTERM || signal == SIGINT) break;
  }
  return update(files, std::map<std::string, std::string>{}, foreign) ? 0 : 1;
}

}  // namespace larder::daemon
