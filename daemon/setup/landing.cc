#include "daemon/setup/landing.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <iterator>

#include <fmt/format.h>

#include "daemon/durable_write.h"
#include "daemon/refused.h"

namespace hacored::setup {
namespace {

std::string beside(const std::string& path) { return path + ".new"; }

void check(bool good, const std::string& path) {
  if (!good) throw Refused(fmt::format("{} cannot be written: {}", path, std::strerror(errno)));
}

/// Under both names until the new one has come: there is no instant without a file.
void keep(const std::string& path) {
  const std::string old = path + ".old", next = old + ".new";
  unlink(next.c_str());
  if (link(path.c_str(), next.c_str()) != 0) return check(errno == ENOENT, old);
  check(std::rename(next.c_str(), old.c_str()) == 0, old);
}

}  // namespace

Landing::Landing(const std::string& folder) : lock_{open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)} {
  check(static_cast<bool>(lock_), folder);
  if (access(folder.c_str(), W_OK) != 0)
    throw Refused(fmt::format("{} cannot be written: {}; hacore-setup is for root", folder, std::strerror(errno)));
  if (flock(lock_.get(), LOCK_EX | LOCK_NB) != 0)
    throw Refused(fmt::format("another hacore-setup works in {}", folder));
}

Landing::~Landing() { clear(); }

void Landing::clear() {
  for (const File& file : files_) unlink(beside(file.path).c_str());
  files_.clear();
}

void Landing::stage(const std::string& path, const std::string& content, mode_t mode, bool keep_old) {
  const std::string there = beside(path);
  unlink(there.c_str());
  const FileDescriptor file{open(there.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600)};
  check(static_cast<bool>(file), there);
  if (!staged(path)) files_.push_back({path, keep_old});
  check(fchmod(file.get(), mode) == 0 && write_durably(file.get(), content), there);
}

bool Landing::staged(const std::string& path) const {
  return std::any_of(files_.begin(), files_.end(), [&](const File& file) { return file.path == path; });
}

std::map<std::string, std::string> Landing::places() const {
  std::map<std::string, std::string> all;
  for (const File& file : files_) all[file.path] = beside(file.path);
  return all;
}

void Landing::land() {
  while (!files_.empty()) {
    const File file = files_.front();
    if (file.keep_old) keep(file.path);
    check(std::rename(beside(file.path).c_str(), file.path.c_str()) == 0, file.path);
    files_.erase(files_.begin());
    check(make_name_durable(file.path), file.path);
  }
}

std::string content_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace hacored::setup
