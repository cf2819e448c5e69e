// The commands of larderd. Each returns the exit status of the process.
#pragma once

#include <filesystem>
#include <optional>

namespace larder::daemon {

// Serves until SIGTERM or SIGINT. Without a file: the built-in configuration over the standard data directory.
int serve(const std::optional<std::filesystem::path>& file);

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

// Makes the metadata anew from its journal. 1 if it could not, or not whole.
int rebuildStore(const StoreOptions& options);

}  // namespace larder::daemon
