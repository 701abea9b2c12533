// Written beside, made durable, renamed over, read back.
#include "daemon/agents/marker.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstring>

#include "daemon/agents/agent.h"
#include "daemon/agents/volume.h"
#include "daemon/file_descriptor.h"

namespace hacored::agents {
namespace {

constexpr const char* kNewFile = ".hacore-epoch.new";

void check(bool good, const std::string& directory, const char* what) {
  if (good) return;
  const int error = errno;
  throw Failure{AgentExit::failed, storage_reason(error, ha::Reason::storage_lost),
                fmt::format("marker at {}: {}: {}", directory, what, std::strerror(error))};
}

FileDescriptor root_of(const std::string& directory) {
  FileDescriptor root{::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
  check(static_cast<bool>(root), directory, "open");
  return root;
}

std::uint64_t read(const FileDescriptor& root, const std::string& directory) {
  const FileDescriptor file{::openat(root.get(), kMarkerFile, O_RDONLY | O_NOFOLLOW | O_CLOEXEC)};
  if (!file && errno == ENOENT) return 0;
  check(static_cast<bool>(file), directory, "open");
  ::posix_fadvise(file.get(), 0, 0, POSIX_FADV_DONTNEED);  // what the storage has, not what this head remembers
  std::array<char, 32> text{};
  const ssize_t size = ::read(file.get(), text.data(), text.size());
  check(size >= 0, directory, "read");
  std::uint64_t epoch = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + size, epoch);
  if (error != std::errc{} || end == text.data() + text.size() || *end != '\n')
    throw Failure{AgentExit::failed, ha::Reason::none, fmt::format("the marker at {} is damaged", directory)};
  return epoch;
}

}  // namespace

std::uint64_t read_marker(const std::string& directory) { return read(root_of(directory), directory); }

std::uint64_t write_marker(const std::string& directory, std::uint64_t epoch) {
  const FileDescriptor root = root_of(directory);
  if (const std::uint64_t standing = read(root, directory); standing > epoch) return standing;
  {
    const FileDescriptor file{
        ::openat(root.get(), kNewFile, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600)};
    check(static_cast<bool>(file), directory, "create");
    const std::string text = fmt::format("{}\n", epoch);
    const ssize_t written = ::write(file.get(), text.data(), text.size());
    if (written >= 0 && written != static_cast<ssize_t>(text.size())) errno = ENOSPC;
    check(written == static_cast<ssize_t>(text.size()), directory, "write");
    check(::fsync(file.get()) == 0, directory, "fsync");
  }
  check(::renameat(root.get(), kNewFile, root.get(), kMarkerFile) == 0, directory, "rename");
  check(::fsync(root.get()) == 0, directory, "fsync of the directory");
  const std::uint64_t now = read(root, directory);
  if (now < epoch)
    throw Failure{AgentExit::failed, ha::Reason::storage_lost,
                  fmt::format("the marker at {} does not keep what was written", directory)};
  return now;
}

}  // namespace hacored::agents
