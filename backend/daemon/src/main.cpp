// larderd: the command line.
#include <sys/prctl.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>
#include <string>
#include <vector>

#include "command_list.hpp"
#include "commands.hpp"
#include "larder/core/version.hpp"

namespace {

// Whether a core dump may take the memory of the process, and another process of the same user may read it: there are
// passwords, tokens and keys in it.
void setDumpable(bool may) {
  ::prctl(PR_SET_DUMPABLE, may ? 1 : 0);
}

int run(int argc, char** argv) {
  using namespace larder::daemon;
  CLI::App app{"Larder: an OCI registry and pull-through cache."};
  app.require_subcommand(1);
  app.set_version_flag("--version,-v", std::string("larderd ").append(larder::core::version()));
  int status = 0;

  std::string serveFile;
  ServeOptions serving;
  bool coreDumps = false;
  auto* serveCommand = app.add_subcommand("serve", "Serve until SIGTERM.");
  serveCommand->add_option("config", serveFile,
                           "Configuration in JSON or YAML; mirrors of the big registries without.");
  serveCommand->add_flag("--force-reparse", serving.forceReparse,
                         "Accepted for Zot's sake; there is nothing to parse.");
  serveCommand->add_flag("--core-dumps", coreDumps,
                         "Let debuggers attach and crashes leave a core dump, which has passwords and keys in it.");
  serveCommand->callback([&] {
    if (coreDumps) setDumpable(true);
    if (!serveFile.empty()) serving.file = serveFile;
    status = serve(serving);
  });

  std::vector<std::string> verifyFiles;
  auto* verifyCommand = app.add_subcommand("verify", "Check a configuration and print every problem.");
  verifyCommand->add_option("config", verifyFiles, "The file to check; the word \"config\" may go before it.")
      ->required()
      ->expected(1, 2);
  verifyCommand->callback([&] {
    if (verifyFiles.size() == 2 && verifyFiles.front() != "config") throw CLI::ValidationError("verify takes one file");
    status = verify(verifyFiles.back());
  });

  std::string source, importConfig, importData;
  bool hardLink = false;
  auto* importCommand = app.add_subcommand("import", "Take over the images of a Zot data directory.");
  importCommand->add_option("directory", source, "Zot's storage.rootDirectory; it is only read.")->required();
  auto* configOption = importCommand->add_option("--config", importConfig, "Configuration that names the target.");
  importCommand->add_option("--data", importData, "Data directory to import into.")->excludes(configOption);
  importCommand->add_flag("--hard-link", hardLink,
                          "Share Zot's files instead of copying them. Only where nobody writes to them any more.");
  importCommand->callback([&] {
    ImportOptions options;
    options.hardLink = hardLink;
    options.source = source;
    if (!importConfig.empty()) options.config = importConfig;
    if (!importData.empty()) options.data = importData;
    status = importLayouts(options);
  });

  StoreOptions store;
  std::string storeConfig;
  auto* verifyStoreCommand = app.add_subcommand("verify-store", "Read all that is stored and print what is damaged.");
  verifyStoreCommand->alias("scrub");  // what Zot calls it
  verifyStoreCommand->add_option("config", storeConfig, "Configuration that names the data directory.");
  verifyStoreCommand->add_flag("--quarantine", store.quarantine, "Take damaged content out of service.");
  auto* rebuildCommand = app.add_subcommand("rebuild", "Make lost or damaged metadata anew. Stop the daemon first.");
  rebuildCommand->add_option("config", storeConfig, "Configuration that names the data directory.");
  rebuildCommand->add_flag("--salvage", store.salvage, "Go on where the journal itself is damaged.");
  auto withStore = [&](int (*command)(const StoreOptions&)) {
    if (!storeConfig.empty()) store.config = storeConfig;
    status = command(store);
  };
  verifyStoreCommand->callback([&] { withStore(verifyStore); });
  rebuildCommand->callback([&] { withStore(rebuildStore); });

  app.add_subcommand("schema", "Print the JSON Schema of the configuration.")->callback([&] {
    status = printSchema();
  });

  RetentionCheckOptions check;
  auto* featureCommand = app.add_subcommand("verify-feature", "Try what a configuration would do.");
  featureCommand->require_subcommand(1);
  auto* retentionCommand =
      featureCommand->add_subcommand("retention", "Print what the next collection would remove. Nothing is removed.");
  retentionCommand->add_option("config", check.config, "Configuration with the retention to try.")->required();
  retentionCommand->add_option("-l,--log-file", check.logFile, "File to write to instead of standard output.");
  retentionCommand->add_option("-t,--timeout", check.timeout, "Longest time to take, as \"5m\".");
  retentionCommand->add_option("-i,--gc-interval", check.gcInterval, "Accepted for Zot's sake; it looks once.");
  retentionCommand->callback([&] { status = verifyRetention(check); });

  NodeAgentOptions agent;
  auto* agentCommand = app.add_subcommand("node-agent", "Make this node's container runtime pull through a daemon.");
  agentCommand->add_option("--from", agent.from, "The daemon, as the agent reaches it.")->required();
  agentCommand->add_option("--address", agent.address, "The daemon, as the node reaches it, if not at that address.");
  agentCommand->add_option("--client", agent.client, "containerd or crio.")
      ->check(CLI::IsMember({"containerd", "crio"}))
      ->default_val("containerd");
  agentCommand->add_option("--directory", agent.directory, "The runtime's directory, if not the usual one.");
  agentCommand->add_option("--ca-file", agent.caFile, "Certificates to trust, instead of the system's.");
  agentCommand->add_option("--interval", agent.interval, "How often to look for changes.")->default_val("60s");
  agentCommand->add_flag("--once", agent.once, "Write the files, leave them there and end.");
  agentCommand->callback([&] { status = nodeAgent(agent); });

  // For the manual and the completions of shells, which are made of it.
  app.add_subcommand("commands", "Print the commands and their options as JSON.")->group("")->callback([&app] {
    std::puts(describeCommands(app).c_str());
  });

  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    // Help and version end the parsing too, with success.
    return app.exit(error) == 0 ? 0 : 2;
  }
  return status;
}

}  // namespace

int main(int argc, char** argv) {
  setDumpable(false);
  try {
    return run(argc, argv);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "larderd: %s\n", error.what());
    return 1;
  }
}
