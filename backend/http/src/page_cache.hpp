// Whether a piece of a file is in memory, and bringing it there: sendfile(2) and pread(2) wait for the disk, and with
// them everything else on the thread.
#pragma once

#include <cstddef>
#include <cstdint>

namespace larder::http {

// Never waits. Looks at some of the pages, as far apart as the kernel usually reads ahead. True also where it cannot
// be told: the file system does not support the question.
bool isInPageCache(int file, std::uint64_t offset, std::size_t length);

// Has the kernel begin to read these bytes; from now on the kernel reads no others of the file before they are asked
// for. May block.
void readAhead(int file, std::uint64_t offset, std::uint64_t length);
// Reads the piece. Blocks. What fails is noticed by whoever sends.
void bringIn(int file, std::uint64_t offset, std::size_t length);

}  // namespace larder::http
