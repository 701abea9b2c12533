// A store in a directory of a file system that both heads have mounted, `dir:/PATH`: a cluster file system, or a local
// one in tests.
#pragma once

#include "daemon/file_descriptor.h"
#include "daemon/store_files.h"

namespace hacored {

/// The directory is opened anew for each operation, so that nobody who wants to unmount it is kept from it. A directory
/// on NFS or SMB is refused: what such a client shows may be what it remembers.
class DirectoryFiles : public StoreFiles {
 public:
  DirectoryFiles(std::string path, int side);

  void begin() override {}
  Fate read(const std::string& name, std::vector<std::byte>& to) override;
  Fate overwrite(const std::string& name, std::size_t offset, std::span<const std::byte> bytes) override;
  Fate create(const std::string& name, std::span<const std::byte> bytes) override;
  Fate list(std::vector<std::string>& names) override;
  Fate remove(const std::string& name) override;

 private:
  FileDescriptor open_directory();
  Fate failed(const char* doing, const std::string& name);
  Fate put(int directory, const std::string& name, std::span<const std::byte> bytes);
  Fate link_to(int directory, const std::string& from, const std::string& name);

  std::string path_;
  int side_;
};

}  // namespace hacored
