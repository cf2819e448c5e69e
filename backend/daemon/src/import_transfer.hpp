// How the bytes of a blob come out of a Zot tree: each way makes partial content of the filesystem driver (its layout
// is in larder/storage/drivers.hpp), so that a commit verifies it and moves it into place. All functions block.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "larder/core/digest.hpp"
#include "larder/core/result.hpp"
#include "source_files.hpp"

namespace larder::daemon {

enum class Transfer : std::uint8_t {
  Clone,     // a file of its own that shares its blocks with the source until one of them is written to
  HardLink,  // the source itself: what is written to it later changes the blob as well
  Copy,
};

// Under which id the blob is partial content. The ways have different ids, so that what one of them has left behind is
// never taken for another's: a link is never written to, and whose file it is, or a clone of, has to be certain.
std::string partialId(Transfer transfer, const core::Digest& digest, const std::string& repository);

// Puts `source` below the data directory `root` as partial content `id`, by Clone or HardLink. False where the file
// systems cannot do that, or forbid it. Io, with the path.
core::Result<bool> shareAsPartial(Transfer transfer, const SourceFile& source, const std::filesystem::path& root,
                                  const std::string& id);

// Whether shareAsPartial() would work, tried with `source`; nothing is left behind.
core::Result<bool> canShare(Transfer transfer, const SourceFile& source, const std::filesystem::path& root);

}  // namespace larder::daemon
