// Temporary file beside the old one, flushed, then renamed over it.
#include "cli/file_text.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace hasim {
namespace {

bool write_all(int file, const std::string& text) {
  std::size_t done = 0;
  while (done < text.size()) {
    const ssize_t n = ::write(file, text.data() + done, text.size() - done);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return false;
    done += static_cast<std::size_t>(n);
  }
  return true;
}

}  // namespace

std::optional<std::string> read_file(const std::string& path, std::string& error) {
  std::error_code code;
  if (std::filesystem::is_directory(path, code)) {
    error = std::strerror(EISDIR);
    return std::nullopt;
  }
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  if (!file.is_open() || file.bad()) {
    error = std::strerror(errno == 0 ? EIO : errno);
    return std::nullopt;
  }
  return text.str();
}

std::optional<std::string> replace_file(const std::string& given, const std::string& text) {
  std::error_code code;
  // A link stays a link: the file it leads to is replaced.
  const std::filesystem::path resolved = std::filesystem::canonical(given, code);
  const std::string path = code ? given : resolved.string();
  struct stat old {};
  if (::stat(path.c_str(), &old) != 0) return std::strerror(errno);
  if (::access(path.c_str(), W_OK) != 0) return std::strerror(errno);
  std::string temporary = path + ".XXXXXX";
  const int file = ::mkstemp(temporary.data());
  if (file < 0) return std::strerror(errno);
  const bool written = write_all(file, text) && ::fchmod(file, old.st_mode & 07777) == 0 && ::fsync(file) == 0;
  int failure = written ? 0 : errno;
  ::close(file);
  if (failure == 0 && std::rename(temporary.c_str(), path.c_str()) != 0) failure = errno;
  if (failure == 0) return std::nullopt;
  ::unlink(temporary.c_str());
  return std::strerror(failure);
}

}  // namespace hasim
