// Which files an edit or a trial may name. Whoever may edit the configuration is not therefore allowed to have the
// daemon read, send or overwrite any file of its machine: a path from the API lies below the directories that the
// configuration file itself uses or lists (larder.management.fileDirectories), or is one that is in force already.
//
// This is the one place that decides it, for edits, drafts, trials and roll-backs alike, and it does so before anything
// opens a file. All functions block on the file system. A file that is sent somewhere, and one that a log is written
// to, opens nothing beside it: such a path is one that is in force, or lies in a listed directory.
#pragma once

#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "larder/config/json.hpp"
#include "larder/config/load.hpp"
#include "path.hpp"
#include "schema.hpp"

namespace larder::config {

// A path in a document. Keys are met in any case, as the checker meets them.
struct NamedPath {
  Path place;
  PathUse use;
  std::string value;
};
std::vector<NamedPath> pathsIn(const SchemaNode& schema, const Json& document);

class FileScope {
 public:
  // `file`: where the configuration is read from, "" if it is built in. `base`: its document, which opens directories.
  // `current`: with the overlay, what is in force and may stay.
  FileScope(const SchemaNode& schema, const std::filesystem::path& file, const Json& base, const Json& current);

  // Opens what an earlier text of the file used, as far as that was written by hand; its logs are logs still.
  void open(const Json& document);

  // What `document`, whole or a part, names beyond the scope. Messages are the same whether or not a file is there.
  std::vector<Problem> check(const Json& document) const;

 private:
  using Directories = std::set<std::filesystem::path>;
  // Where the files of one credential helper go.
  struct Recipient {
    std::string tokenService;
    std::set<std::string> registries;
  };

  void open(const NamedPath& named);
  bool isOpen(const std::filesystem::path& written, const std::filesystem::path& resolved, PathUse use) const;
  bool mayName(const NamedPath& named) const;
  void checkUses(const std::vector<NamedPath>& named, std::vector<Problem>& problems) const;
  void checkRecipients(const Json& document, std::vector<Problem>& problems) const;
  static std::vector<std::pair<std::string, Recipient>> recipientsIn(const Json& rule);

  const SchemaNode& schema_;
  std::filesystem::path file_;  // resolved
  std::set<std::pair<PathUse, std::string>> inForce_;
  std::map<PathUse, Directories> opened_;
  Directories listed_, data_;
  std::set<std::filesystem::path> logs_;                        // resolved, that the file names, or are in force
  std::map<std::filesystem::path, std::set<PathUse>> uses_;     // of resolved paths that are in force
  std::multimap<std::filesystem::path, Recipient> recipients_;  // of resolved files that are in force
};

// Keys that only the file may change (x-file-only): takes them from `from` into `to`. Returns the places where that
// changed something.
std::vector<Path> keepFileOnly(const SchemaNode& schema, const Json& from, Json& to);

}  // namespace larder::config
