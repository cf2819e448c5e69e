// larderd: the command line.
#include <sys/prctl.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>
#include <map>
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

void addLogFormat(CLI::App& command, larder::daemon::LogFormat& format) {
  using larder::daemon::LogFormat;
  static const std::map<std::string, LogFormat> kFormats{{"logfmt", LogFormat::Logfmt}, {"json", LogFormat::Json}};
  command.add_option("--log-format", format, "Log format: logfmt, or json with one object per line.")
      ->transform(CLI::CheckedTransformer(kFormats).description(""))
      ->envname("LARDER_LOG_FORMAT");
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
                           "Configuration file (JSON or YAML). Without one, mirrors the major public registries.");
  serveCommand->add_flag("--force-reparse", serving.forceReparse,
                         "Accepted for compatibility with Zot; has no effect.");
  serveCommand->add_flag(
      "--core-dumps", coreDumps,
      "Allow debuggers to attach and crashes to dump core. A core dump contains passwords and keys.");
  addLogFormat(*serveCommand, serving.logFormat);
  serveCommand->callback([&] {
    if (coreDumps) setDumpable(true);
    if (!serveFile.empty()) serving.file = serveFile;
    status = serve(serving);
  });

  std::vector<std::string> verifyFiles;
  auto* verifyCommand = app.add_subcommand("verify", "Check a configuration file and print all problems.");
  verifyCommand->add_option("config", verifyFiles, "The file to check, optionally preceded by the word \"config\".")
      ->required()
      ->expected(1, 2);
  verifyCommand->callback([&] {
    if (verifyFiles.size() == 2 && verifyFiles.front() != "config")
      throw CLI::ValidationError("verify takes exactly one file");
    status = verify(verifyFiles.back());
  });

  std::string source, importConfig, importData;
  bool hardLink = false;
  auto* importCommand = app.add_subcommand("import", "Import the images of a Zot data directory.");
  importCommand->add_option("directory", source, "Zot's storage.rootDirectory. It is not modified.")->required();
  auto* configOption = importCommand->add_option("--config", importConfig,
                                                 "Configuration file whose storage.rootDirectory is the target.");
  importCommand->add_option("--data", importData, "Data directory to import into.")->excludes(configOption);
  importCommand->add_flag(
      "--hard-link", hardLink,
      "Hard-link Zot's files instead of copying them. Use only if nothing writes to them any more.");
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
  auto* verifyStoreCommand = app.add_subcommand("verify-store", "Read all stored content and print what is damaged.");
  verifyStoreCommand->alias("scrub");  // what Zot calls it
  verifyStoreCommand->add_option("config", storeConfig, "Configuration file that sets the data directory.");
  verifyStoreCommand->add_flag("--quarantine", store.quarantine, "Take damaged content out of service.");
  auto* rebuildCommand =
      app.add_subcommand("rebuild", "Rebuild lost or damaged metadata from the journal. Stop the daemon first.");
  rebuildCommand->add_option("config", storeConfig, "Configuration file that sets the data directory.");
  rebuildCommand->add_flag("--salvage", store.salvage, "Continue past damaged parts of the journal.");
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
  auto* featureCommand = app.add_subcommand("verify-feature", "Show what a configuration would do, without doing it.");
  featureCommand->require_subcommand(1);
  auto* retentionCommand = featureCommand->add_subcommand(
      "retention", "Print what the next garbage collection would remove. Nothing is removed.");
  retentionCommand->add_option("config", check.config, "Configuration file with the retention policies to try.")
      ->required();
  retentionCommand->add_option("-l,--log-file", check.logFile, "File to write to instead of standard output.");
  retentionCommand->add_option("-t,--timeout", check.timeout, "Give up after this time, for example \"5m\".");
  retentionCommand->add_option("-i,--gc-interval", check.gcInterval,
                               "Accepted for compatibility with Zot; has no effect.");
  retentionCommand->callback([&] { status = verifyRetention(check); });

  NodeAgentOptions agent;
  auto* agentCommand = app.add_subcommand(
      "node-agent", "Configure this node's container runtime to pull through Larder, and keep it configured.");
  agentCommand->add_option("--from", agent.from, "URL at which the agent reaches larderd.")->required();
  agentCommand->add_option("--address", agent.address, "URL at which the node reaches larderd, if different.");
  agentCommand->add_option("--client", agent.client, "Container runtime: containerd or crio.")
      ->check(CLI::IsMember({"containerd", "crio"}))
      ->default_val("containerd");
  agentCommand->add_option("--directory", agent.directory,
                           "The runtime's configuration directory, if not the default.");
  agentCommand->add_option("--ca-file", agent.caFile, "PEM file of CAs to trust instead of the system's.");
  agentCommand->add_option("--interval", agent.interval, "How often to look for changes.")->default_val("60s");
  agentCommand->add_flag("--once", agent.once, "Write the files once, leave them in place and exit.");
  addLogFormat(*agentCommand, agent.logFormat);
  agentCommand->footer(
      "Environment:\n  LARDER_AUTHORIZATION  Authorization header to send to larderd, for example \"Basic …\", if "
      "reading needs a login.");
  agentCommand->callback([&] { status = nodeAgent(agent); });

  // For the manual and the completions of shells, which are made of it.
  app.add_subcommand("commands", "Print the commands and their options as JSON.")->group("")->callback([&app] {
    std::puts(describeCommands(app).c_str());
  });

  try {
    app.parse(argc, argv);
  } catch (const CLI::RequiredError& error) {
    // CLI11 tells what is missing before it tells what is not known.
    auto unknown = app.remaining(true);
    if (unknown.empty()) return app.exit(error), 2;
    std::fprintf(stderr, "larderd: Unknown command or option \"%s\". See larderd --help.\n", unknown.front().c_str());
    return 2;
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
