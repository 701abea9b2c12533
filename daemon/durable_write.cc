// Writing and waiting for the disk.
#include "daemon/durable_write.h"

#include <fcntl.h>
#include <unistd.h>

#include "daemon/file_descriptor.h"

namespace hacored {

bool write_durably(int fd, std::string_view content) {
  while (!content.empty()) {
    const ssize_t written = write(fd, content.data(), content.size());
    if (written <= 0) return false;
    content.remove_prefix(static_cast<std::size_t>(written));
  }
  return fsync(fd) == 0;
}

bool make_name_durable(const std::string& path) {
  const std::string folder = path.substr(0, path.rfind('/') + 1);
  const FileDescriptor names{open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
  return names && fsync(names.get()) == 0;
}

}  // namespace hacored
