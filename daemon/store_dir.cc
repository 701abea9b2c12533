// A store in a directory.
#include "daemon/store_dir.h"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <linux/magic.h>
#include <sys/vfs.h>

#include <cerrno>
#include <cstring>
#include <memory>

#include "daemon/file_descriptor.h"

namespace hacored {
namespace {

bool write_all(int fd, std::size_t offset, std::span<const std::byte> bytes) {
  const ssize_t wrote = pwrite(fd, bytes.data(), bytes.size(), static_cast<off_t>(offset));
  return wrote == static_cast<ssize_t>(bytes.size());
}

/// An error after which the file system may, or may not, have done what it was asked.
bool undecided(int error) { return error == EIO || error == ETIMEDOUT || error == EINTR || error == ESTALE; }

}  // namespace

DirectoryFiles::DirectoryFiles(std::string path, int side) : path_(std::move(path)), side_(side) {}

FileDescriptor DirectoryFiles::open_directory() {
  FileDescriptor directory{open(path_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
  struct statfs about {};
  if (!directory || fstatfs(directory.get(), &about) != 0) {
    why_ = fmt::format("{}: {}", path_, std::strerror(errno));
    return FileDescriptor{};
  }
  if (about.f_type == NFS_SUPER_MAGIC || about.f_type == SMB_SUPER_MAGIC || about.f_type == SMB2_SUPER_MAGIC) {
    why_ =
        fmt::format("{}: a mounted NFS or SMB directory shows what the kernel remembers; use nfs://SERVER/PATH", path_);
    return FileDescriptor{};
  }
  return directory;
}

Fate DirectoryFiles::failed(const char* doing, const std::string& name) {
  const int error = errno;
  why_ = fmt::format("{} {}/{}: {}", doing, path_, name, std::strerror(error));
  if (error == ENOENT) return Fate::absent;
  return undecided(error) ? Fate::unknown : Fate::refused;
}

Fate DirectoryFiles::read(const std::string& name, std::vector<std::byte>& to) {
  const FileDescriptor directory = open_directory();
  if (!directory) return Fate::refused;
  const FileDescriptor file{openat(directory.get(), name.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW)};
  if (!file) return failed("open", name);
  to.resize(kFileBytesMax);
  const ssize_t got = pread(file.get(), to.data(), to.size(), 0);
  if (got < 0) return failed("read", name);
  to.resize(static_cast<std::size_t>(got));
  return Fate::done;
}

Fate DirectoryFiles::overwrite(const std::string& name, std::size_t offset, std::span<const std::byte> bytes) {
  const FileDescriptor directory = open_directory();
  if (!directory) return Fate::refused;
  const FileDescriptor file{openat(directory.get(), name.c_str(), O_WRONLY | O_CLOEXEC | O_NOFOLLOW)};
  if (!file) return failed("open", name);
  if (write_all(file.get(), offset, bytes) && fdatasync(file.get()) == 0) return Fate::done;
  (void)failed("write", name);
  return Fate::unknown;
}

/// Nothing was created if this fails, whatever the reason.
Fate DirectoryFiles::put(int directory, const std::string& name, std::span<const std::byte> bytes) {
  const FileDescriptor file{openat(directory, name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600)};
  if (file && write_all(file.get(), 0, bytes) && fsync(file.get()) == 0) return Fate::done;
  (void)failed("write", name);
  return Fate::refused;
}

/// The name is taken by a link to a file that is complete and durable: of several links exactly one succeeds.
Fate DirectoryFiles::link_to(int directory, const std::string& from, const std::string& name) {
  Fate fate = Fate::done;
  if (linkat(directory, from.c_str(), directory, name.c_str(), 0) != 0) {
    if (errno != EEXIST) return failed("link", name);
    fate = Fate::exists;
  }
  // Also for a name that stands there already: it may be the caller's own, of a try that was cut short.
  if (fsync(directory) == 0) return fate;
  (void)failed("sync", name);
  return Fate::unknown;
}

Fate DirectoryFiles::create(const std::string& name, std::span<const std::byte> bytes) {
  const FileDescriptor directory = open_directory();
  if (!directory) return Fate::refused;
  const std::string scratch = scratch_name(side_);
  Fate fate = put(directory.get(), scratch, bytes);
  if (fate == Fate::done) fate = link_to(directory.get(), scratch, name);
  unlinkat(directory.get(), scratch.c_str(), 0);
  return fate;
}

Fate DirectoryFiles::list(std::vector<std::string>& names) {
  names.clear();
  const FileDescriptor directory = open_directory();
  if (!directory) return Fate::refused;
  const std::unique_ptr<DIR, int (*)(DIR*)> entries{fdopendir(fcntl(directory.get(), F_DUPFD_CLOEXEC, 0)), closedir};
  if (!entries) return failed("list", "");
  errno = 0;
  while (const dirent* entry = readdir(entries.get())) names.emplace_back(entry->d_name);
  return errno == 0 ? Fate::done : failed("list", "");
}

Fate DirectoryFiles::remove(const std::string& name) {
  const FileDescriptor directory = open_directory();
  if (!directory) return Fate::refused;
  return unlinkat(directory.get(), name.c_str(), 0) == 0 ? Fate::done : failed("remove", name);
}

}  // namespace hacored
