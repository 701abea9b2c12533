// The disk of a head: what outlives a loss of power. A file system of its own, so that it can fill up, be remounted
// read-only by its kernel, or be gone, under whatever has files of it open.
#pragma once

#include <string>

#include "netns/descriptor.h"

namespace hasim::netns {

inline constexpr const char* kMakesFileSystem = "/usr/sbin/mkfs.ext4";

/// A loop device on that file, which frees itself when nobody mounts it any more. The descriptor keeps it until then.
/// Throws `Failure`.
Descriptor attach_loop(const std::string& image, std::string& device);

/// Ends the file system that is mounted there: what it has not written yet is lost, and everything ends with EIO.
void shut_down_file_system(const std::string& root);

class Disk {
 public:
  /// ext4 on a loop device, in a file beside `folder`; a tmpfs where there is no loop device. Throws `Failure`.
  explicit Disk(std::string folder);
  ~Disk();
  Disk(const Disk&) = delete;
  Disk& operator=(const Disk&) = delete;

  /// Why no disk here can fail; empty: it can.
  static std::string cannot_fail();

  /// No block is left, or as many as before.
  void full(bool on) const;
  /// As its kernel does after an error: nothing is written any more; or everything ends with EIO. Both until `renew`.
  void turn_readonly();
  void die();
  /// Another boot finds it as it was, if it had failed.
  void renew();

 private:
  void mount_it();
  std::string folder_, image_;
  bool failed_ = false;
};

}  // namespace hasim::netns
