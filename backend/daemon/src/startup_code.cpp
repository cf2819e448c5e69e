#include "startup_code.hpp"

#include <link.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>

namespace larder::daemon {
namespace {

// Only segments that nothing may write to: those hold what is in the file, and nothing else.
int releaseObject(dl_phdr_info* object, std::size_t, void* pageBytes) {
  auto page = *static_cast<std::uintptr_t*>(pageBytes);
  for (std::size_t i = 0; i < object->dlpi_phnum; ++i) {
    const auto& segment = object->dlpi_phdr[i];
    if (segment.p_type != PT_LOAD || (segment.p_flags & PF_W) != 0) continue;
    // Whole pages alone: the others may be shared with a segment that is written to.
    auto begin = (object->dlpi_addr + segment.p_vaddr + page - 1) / page * page;
    auto end = (object->dlpi_addr + segment.p_vaddr + segment.p_memsz) / page * page;
    // NOLINTNEXTLINE(performance-no-int-to-ptr): addresses are numbers here.
    if (begin < end) ::madvise(reinterpret_cast<void*>(begin), end - begin, MADV_DONTNEED);
  }
  return 0;
}

}  // namespace

void releaseStartupCode() {
  auto page = static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE));
  ::dl_iterate_phdr(&releaseObject, &page);
}

}  // namespace larder::daemon
