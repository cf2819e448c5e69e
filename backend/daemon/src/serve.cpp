#include <spdlog/spdlog.h>
#include <sys/resource.h>
#include <unistd.h>

#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>

#include "commands.hpp"
#include "daemon.hpp"
#include "larder/config/editor.hpp"
#include "larder/core/version.hpp"
#include "logging.hpp"
#include "reload.hpp"
#include "service_manager.hpp"
#include "settings.hpp"
#include "signals.hpp"
#include "startup_code.hpp"

namespace larder::daemon {
namespace {

// All of it takes less than 25 s, below the 30 s that Kubernetes waits between SIGTERM and SIGKILL: 3 s for newcomers
// (daemon.cpp), what requests have, 2 s for those that are cut off (http/src/server.cpp), 4 s for what runs beside them
// (registry_impl.cpp). Only a disk that hangs takes it to the limit.
constexpr std::chrono::seconds kWholeStop{24}, kGrace{14};

// Ends the process when the time to stop is over, since a thread that hangs in a call to the disk cannot be waited for.
// What was acknowledged is safe by then, as in a crash.
class StopLimit {
 public:
  StopLimit() : thread_([](const std::stop_token& stop) { watch(stop); }) {}

 private:
  static void watch(const std::stop_token& stop) {
    std::mutex mutex;
    std::unique_lock lock(mutex);
    std::condition_variable_any never;
    never.wait_for(lock, stop, kWholeStop, [] { return false; });
    if (stop.stop_requested()) return;
    spdlog::error(
        "stop_forced after_s={} hint=\"Shutdown did not finish in time: check the disk of the data directory.\"",
        kWholeStop.count());
    spdlog::default_logger()->flush();
    std::this_thread::sleep_for(std::chrono::milliseconds(200));  // another thread writes the log
    std::_Exit(1);
  }

  std::jthread thread_;
};

// A descriptor for each connection, open blob and download: the soft limit of 1024 would be reached first.
void raiseDescriptorLimit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == limit.rlim_max) return;
  limit.rlim_cur = limit.rlim_max;
  if (::setrlimit(RLIMIT_NOFILE, &limit) != 0) spdlog::warn("descriptor_limit_unchanged limit={}", limit.rlim_cur);
}

int refuse(const core::Error& error, const Logging* logging = nullptr) {
  std::fprintf(stderr, "larderd: %s%s%s\n", error.where.c_str(), error.where.empty() ? "" : ": ",
               error.message.c_str());
  if (logging && !logging->writesToStandardOutput()) {
    spdlog::error("start_failed where=\"{}\" message=\"{}\"", error.where, error.message);
  }
  return 1;
}

// Only on a terminal: what goes elsewhere is somebody's log, and secrets are in none. The fragment of a URL is neither
// sent to a server nor as Referer.
void announceToken(const Daemon& daemon, const char* scheme, std::string address) {
  auto token = daemon.token();
  if (token.empty() || ::isatty(STDOUT_FILENO) != 1) return;
  for (std::string_view every : {"0.0.0.0", "[::]"}) {
    if (address.starts_with(every)) address.replace(0, every.size(), "127.0.0.1");
  }
  std::printf("Dashboard with admin rights: %s://%s/#token=%s\n", scheme, address.c_str(), token.c_str());
}

void announce(Daemon& daemon, const Logging& logging, bool builtIn) {
  auto address = daemon.address();
  const char* scheme = daemon.servesTls() ? "https" : "http";
  auto data = daemon.engine().config()->storage.rootDirectory.string();
  spdlog::info("listening address={} scheme={} version={} data={}", address, scheme, core::version(), data);
  // Whoever started it looks here, wherever the log goes.
  if (!logging.writesToStandardOutput())
    std::printf("larderd listening address=%s scheme=%s\n", address.c_str(), scheme);
  if (builtIn) {
    std::printf("Larder is listening on %s://%s, data in %s. Try:\n", scheme, address.c_str(), data.c_str());
    std::printf("  skopeo copy --src-tls-verify=false docker://%s/docker.io/library/alpine:3.20 dir:alpine\n",
                address.c_str());
  }
  announceToken(daemon, scheme, address);
  std::fflush(stdout);
}

runtime::Task<> shutDown(Daemon* daemon, MainEvents* events) {
  co_await daemon->shutdown(kGrace);
  events->announceFinished();
}

void run(Reloader& reloader, MainEvents& events) {
  while (true) {
    switch (events.wait()) {
      case MainEvents::Event::HangUp:
        reloader.reopenLogs();
        reloader.reloadAnyway();
        break;
      case MainEvents::Event::Reload:
        reloader.reloadIfChanged();
        break;
      case MainEvents::Event::Stop:
      case MainEvents::Event::Finished:
        return;
    }
  }
}

// A second signal ends the wait for running requests.
void stop(Daemon& daemon, MainEvents& events) {
  spdlog::info("stopping grace_s={}", kWholeStop.count());
  runtime::spawn(daemon.engine().runtime().nextIo(), "shutdown", shutDown(&daemon, &events));
  while (true) {
    auto event = events.wait();
    if (event == MainEvents::Event::Finished) break;
    if (event == MainEvents::Event::Stop) {
      spdlog::warn("stopping_at_once");
      break;
    }
  }
  spdlog::info("stopped");
}

// Zot, as every Go program, takes a proxy for http from HTTP_PROXY too. libcurl leaves it out, since under CGI it would
// be a header of the request; https_proxy and no_proxy it knows in both spellings.
void adoptUpperCaseProxy() {
  const char* proxy = std::getenv("HTTP_PROXY");
  const char* own = std::getenv("http_proxy");
  if (proxy && (!own || !*own)) setenv("http_proxy", proxy, 1);
}

}  // namespace

int serve(const ServeOptions& options) {
  const auto& file = options.file;
  adoptUpperCaseProxy();
  MainEvents events;
  config::Editor editor(file.value_or(std::filesystem::path{}), config::defaultConfigText(standardDataDirectory()));
  auto loaded = editor.load();
  if (!loaded.config) {
    printProblems(loaded);
    return 1;
  }
  auto logging = Logging::start(loaded.config->log, options.logFormat);
  if (!logging) return refuse(logging.error());
  for (const auto& problem : loaded.problems) spdlog::warn("config_problem {}", config::toString(problem));
  if (options.forceReparse) spdlog::info("reparse_not_needed reason=\"larderd never scans the store at start\"");
  raiseDescriptorLimit();

  std::optional<StopLimit> limit;  // lasts until all threads of the daemon have ended
  auto daemon = Daemon::make(loaded.config, editor, (*logging)->tail());
  if (!daemon) return refuse(daemon.error(), logging->get());
  editor.loaded(loaded, {});
  Reloader reloader(**daemon, **logging, events, editor);
  (*daemon)->start();
  announce(**daemon, **logging, !file);
  tellServiceManager("READY=1");
  releaseStartupCode();
  run(reloader, events);
  tellServiceManager("STOPPING=1");
  limit.emplace();
  stop(**daemon, events);
  return 0;
}

}  // namespace larder::daemon
