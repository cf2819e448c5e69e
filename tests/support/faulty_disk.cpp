// A disk that fails on request and forgets on a power cut what was not synced. Preloaded into a daemon (LD_PRELOAD) by
// faulty_disk.py, which also describes the two files that it shares with this code: the orders, and the record of what
// a power cut would undo. Only files below FAULTY_DISK_ROOT are touched.
#include <dlfcn.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdarg>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <string>

namespace {

enum Operation : std::uint32_t {
  kWrite = 1,
  kSyncFile = 2,
  kRename = 4,
  kCreate = 8,
  kTruncate = 16,
  kSyncFolder = 32
};

struct Orders {
  std::atomic<std::uint32_t> operations;  // which of them the order is about
  std::atomic<std::uint32_t> error;       // errno of those that fail
  std::atomic<std::int64_t> skip;         // that many go well first
  std::atomic<std::int64_t> count;        // that many fail then; -1: all
  std::atomic<std::uint32_t> delayMs;     // before each
  std::atomic<std::uint32_t> tear;        // 1: half of a write that fails is written
  std::atomic<std::int64_t> matched;
  std::atomic<std::int64_t> failed;
};

template <typename Function>
Function next(const char* name) {
  return reinterpret_cast<Function>(::dlsym(RTLD_NEXT, name));
}

const std::string& root() {
  static const std::string path = std::getenv("FAULTY_DISK_ROOT") ? std::getenv("FAULTY_DISK_ROOT") : "";
  return path;
}

Orders* orders() {
  static auto* shared = [] {
    const char* path = std::getenv("FAULTY_DISK_ORDERS");
    int file = path ? ::open(path, O_RDWR | O_CLOEXEC) : -1;
    void* memory = file < 0 ? MAP_FAILED : ::mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    return memory == MAP_FAILED ? nullptr : static_cast<Orders*>(memory);
  }();
  return shared;
}

int record() {
  static int file = [] {
    const char* path = std::getenv("FAULTY_DISK_RECORD");
    return path ? ::open(path, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC, 0600) : -1;
  }();
  return file;
}

std::string pathOf(int descriptor) {
  char path[4096];
  auto link = "/proc/self/fd/" + std::to_string(descriptor);
  auto length = ::readlink(link.c_str(), path, sizeof path);
  return {path, length > 0 ? static_cast<std::size_t>(length) : 0};
}

std::string pathAt(int directory, const char* name) {
  if (name[0] == '/' || directory == AT_FDCWD) return name;
  return pathOf(directory) + "/" + name;
}

bool isOurs(const std::string& path) {
  return !root().empty() && path.starts_with(root());
}

bool isOurs(int descriptor) {
  return !root().empty() && isOurs(pathOf(descriptor));
}

// The error that this operation is to have, or 0.
int fate(Operation operation) {
  auto* order = orders();
  if (!order || (order->operations & operation) == 0) return 0;
  if (auto delay = order->delayMs.load()) {
    timespec span{delay / 1000, static_cast<long>(delay % 1000) * 1000000};
    ::nanosleep(&span, nullptr);
  }
  auto turn = order->matched++;
  auto skip = order->skip.load(), count = order->count.load();
  if (turn < skip || (count >= 0 && turn >= skip + count)) return 0;
  ++order->failed;
  return static_cast<int>(order->error.load());
}

int failed(int error) {
  errno = error;
  return -1;
}

std::uint64_t inodeOf(int descriptor) {
  struct stat info{};
  return ::fstat(descriptor, &info) == 0 ? info.st_ino : 0;
}

std::uint64_t inodeOfParent(const std::string& path) {
  struct stat info{};
  return ::stat(path.substr(0, path.rfind('/')).c_str(), &info) == 0 ? info.st_ino : 0;
}

// One entry; with O_APPEND it is written as a whole, and before what it is about.
void note(std::uint64_t kind, std::uint64_t inode, std::uint64_t a, std::uint64_t b, const void* data,
          std::size_t size) {
  if (record() < 0) return;
  std::uint64_t head[5] = {kind, inode, a, b, size};
  iovec parts[2] = {{head, sizeof head}, {const_cast<void*>(data), size}};
  [[maybe_unused]] auto written = ::writev(record(), parts, 2);
}

// What a change of [offset, offset + length) does away with.
void noteContent(int descriptor, std::uint64_t offset, std::uint64_t length) {
  if (record() < 0) return;
  struct stat info{};
  if (::fstat(descriptor, &info) != 0 || !S_ISREG(info.st_mode)) return;
  std::string old(length, '\0');
  auto got = ::pread(descriptor, old.data(), length, static_cast<off_t>(offset));
  note('W', info.st_ino, offset, static_cast<std::uint64_t>(info.st_size), old.data(), got > 0 ? got : 0);
}

ssize_t writeAt(int descriptor, const void* data, std::size_t size, off64_t offset) {
  static auto real = next<ssize_t (*)(int, const void*, std::size_t, off64_t)>("pwrite64");
  if (!isOurs(descriptor)) return real(descriptor, data, size, offset);
  noteContent(descriptor, static_cast<std::uint64_t>(offset), size);
  if (int error = fate(kWrite); error != 0) {
    if (orders()->tear) [[maybe_unused]]
      auto half = real(descriptor, data, size / 2, offset);
    return failed(error);
  }
  return real(descriptor, data, size, offset);
}

int sync(const char* name, int descriptor) {
  auto real = next<int (*)(int)>(name);
  if (!isOurs(descriptor)) return real(descriptor);
  // What is written meanwhile may be left out.
  struct stat info{};
  if (record() >= 0) ::fstat(record(), &info);
  struct stat synced{};
  bool folder = ::fstat(descriptor, &synced) == 0 && S_ISDIR(synced.st_mode);
  if (int error = fate(folder ? kSyncFolder : kSyncFile); error != 0) return failed(error);
  int result = real(descriptor);
  if (result == 0) note('S', inodeOf(descriptor), static_cast<std::uint64_t>(info.st_size), 0, nullptr, 0);
  return result;
}

template <typename Rename>
int rename(const std::string& from, const std::string& to, Rename real) {
  if (!isOurs(to)) return real();
  if (int error = fate(kRename); error != 0) return failed(error);
  // One that replaces a file is taken to be safe at once: what it replaced could not be brought back.
  bool replaces = ::access(to.c_str(), F_OK) == 0;
  int result = real();
  auto both = from + '\n' + to;
  if (result == 0 && !replaces) note('R', inodeOfParent(to), 0, 0, both.data(), both.size());
  return result;
}

int openFile(const char* name, int directory, const char* path, int flags, mode_t mode) {
  auto real = next<int (*)(int, const char*, int, mode_t)>(name);
  if ((flags & O_CREAT) == 0) return real(directory, path, flags, mode);
  auto whole = pathAt(directory, path);
  if (!isOurs(whole) || ::access(whole.c_str(), F_OK) == 0) return real(directory, path, flags, mode);
  if (int error = fate(kCreate); error != 0) return failed(error);
  int result = real(directory, path, flags, mode);
  if (result >= 0) note('C', inodeOfParent(whole), inodeOf(result), 0, whole.data(), whole.size());
  return result;
}

mode_t modeOf(int flags, va_list arguments) {
  return (flags & O_CREAT) != 0 ? va_arg(arguments, mode_t) : 0;
}

}  // namespace

extern "C" {

ssize_t pwrite(int descriptor, const void* data, std::size_t size, off_t offset) {
  return writeAt(descriptor, data, size, offset);
}

ssize_t pwrite64(int descriptor, const void* data, std::size_t size, off64_t offset) {
  return writeAt(descriptor, data, size, offset);
}

int fsync(int descriptor) {
  return sync("fsync", descriptor);
}

int fdatasync(int descriptor) {
  return sync("fdatasync", descriptor);
}

// Fails as the sync of a file does. A power cut takes nothing that was done before it.
int syncfs(int descriptor) noexcept {
  static auto real = next<int (*)(int)>("syncfs");
  if (!isOurs(descriptor)) return real(descriptor);
  struct stat info{};
  if (record() >= 0) ::fstat(record(), &info);
  if (int error = fate(kSyncFile); error != 0) return failed(error);
  int result = real(descriptor);
  if (result == 0) note('A', 0, static_cast<std::uint64_t>(info.st_size), 0, nullptr, 0);
  return result;
}

// A disk that can clone files, if FAULTY_DISK_CLONES is set: file systems that can are rare where tests run.
int ioctl(int descriptor, unsigned long request, ...) noexcept {
  static auto real = next<int (*)(int, unsigned long, void*)>("ioctl");
  va_list arguments;
  va_start(arguments, request);
  void* argument = va_arg(arguments, void*);
  va_end(arguments);
  if (request != FICLONE || !std::getenv("FAULTY_DISK_CLONES")) return real(descriptor, request, argument);
  auto source = static_cast<int>(reinterpret_cast<std::intptr_t>(argument));
  std::string content(1 << 16, '\0');
  for (off_t at = 0; auto got = ::pread(source, content.data(), content.size(), at); at += got) {
    if (got < 0 || ::pwrite(descriptor, content.data(), static_cast<std::size_t>(got), at) != got) return -1;
  }
  return 0;
}

int ftruncate(int descriptor, off_t size) noexcept {
  static auto real = next<int (*)(int, off_t)>("ftruncate64");
  if (!isOurs(descriptor)) return real(descriptor, size);
  struct stat info{};
  if (::fstat(descriptor, &info) == 0 && info.st_size > size) {
    noteContent(descriptor, static_cast<std::uint64_t>(size), static_cast<std::uint64_t>(info.st_size - size));
  }
  if (int error = fate(kTruncate); error != 0) return failed(error);
  return real(descriptor, size);
}

int ftruncate64(int descriptor, off64_t size) noexcept {
  return ftruncate(descriptor, size);
}

int rename(const char* from, const char* to) noexcept {
  static auto real = next<int (*)(const char*, const char*)>("rename");
  return rename(std::string(from), std::string(to), [&] { return real(from, to); });
}

int renameat(int fromDirectory, const char* from, int toDirectory, const char* to) noexcept {
  static auto real = next<int (*)(int, const char*, int, const char*)>("renameat");
  return rename(pathAt(fromDirectory, from), pathAt(toDirectory, to),
                [&] { return real(fromDirectory, from, toDirectory, to); });
}

int renameat2(int fromDirectory, const char* from, int toDirectory, const char* to, unsigned flags) noexcept {
  static auto real = next<int (*)(int, const char*, int, const char*, unsigned)>("renameat2");
  return rename(pathAt(fromDirectory, from), pathAt(toDirectory, to),
                [&] { return real(fromDirectory, from, toDirectory, to, flags); });
}

int openat(int directory, const char* path, int flags, ...) {
  va_list arguments;
  va_start(arguments, flags);
  auto mode = modeOf(flags, arguments);
  va_end(arguments);
  return openFile("openat", directory, path, flags, mode);
}

int openat64(int directory, const char* path, int flags, ...) {
  va_list arguments;
  va_start(arguments, flags);
  auto mode = modeOf(flags, arguments);
  va_end(arguments);
  return openFile("openat64", directory, path, flags, mode);
}

int open(const char* path, int flags, ...) {
  va_list arguments;
  va_start(arguments, flags);
  auto mode = modeOf(flags, arguments);
  va_end(arguments);
  return openFile("openat", AT_FDCWD, path, flags, mode);
}

int open64(const char* path, int flags, ...) {
  va_list arguments;
  va_start(arguments, flags);
  auto mode = modeOf(flags, arguments);
  va_end(arguments);
  return openFile("openat64", AT_FDCWD, path, flags, mode);
}

}  // extern "C"
