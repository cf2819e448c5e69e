// The commands of larderd. Each returns the exit status of the process.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "logging.hpp"

namespace larder::daemon {

struct ServeOptions {
  std::optional<std::filesystem::path> file;  // none: the built-in configuration over the standard data directory
  bool forceReparse = false;                  // Zot's; there is nothing to do for it
  LogFormat logFormat = LogFormat::Logfmt;
};
// Serves until SIGTERM or SIGINT.
int serve(const ServeOptions& options);

// Prints the JSON Schema of the configuration.
int printSchema();

// Prints every problem of a configuration, one a line. 1 if one of them is an error.
int verify(const std::filesystem::path& file);

struct ImportOptions {
  std::filesystem::path source;                 // Zot's storage.rootDirectory; never written to
  std::optional<std::filesystem::path> config;  // whose storage.rootDirectory takes it
  std::optional<std::filesystem::path> data;    // the data directory itself
  bool hardLink = false;  // share the source's files, which whoever may write to it can change later
};
// Takes over what a Zot data directory holds: cloned where the file system can, else copied. 1 if anything had to be
// left out, or does not fit.
int importLayouts(const ImportOptions& options);

struct StoreOptions {
  std::optional<std::filesystem::path> config;  // whose storage.rootDirectory is meant
  bool quarantine = false;                      // verify-store: takes damaged content out of service
  bool salvage = false;                         // rebuild: goes on behind damage of the journal
};
// Reads every stored blob and compares the metadata with what is there, beside daemons that run. Prints what is damaged
// and what to do; 1 if anything is.
int verifyStore(const StoreOptions& options);

struct RetentionCheckOptions {
  std::filesystem::path config;
  std::filesystem::path logFile;    // appended to instead of standard output
  std::string gcInterval, timeout;  // Go durations, "" if not given. The former is Zot's and changes nothing here
};
// Prints what the next collections would remove by the configuration's retention, and removes nothing. Beside daemons
// that run.
int verifyRetention(const RetentionCheckOptions& options);

struct NodeAgentOptions {
  std::string from;                 // where the agent reaches the daemon: "http://larder:5000"
  std::string address;              // where the node does; "": the numbers that the name in `from` has
  std::string client;               // "containerd" or "crio"
  std::filesystem::path directory;  // "": that of the client
  std::string interval;             // a Go duration
  std::filesystem::path caFile;     // certificates to trust with https; "": the system's
  LogFormat logFormat = LogFormat::Logfmt;
  bool once = false;  // leaves the files there and ends
};
// Keeps the files that make the container runtime of a node pull through a daemon, until SIGTERM, and takes them away
// then. While the daemon is away they stay as they are. 1 if they could not be written or removed.
int nodeAgent(NodeAgentOptions options);

// Makes the metadata anew from its journal. 1 if it could not, or not whole.
int rebuildStore(const StoreOptions& options);

}  // namespace larder::daemon
