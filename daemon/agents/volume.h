// One file system that must be mounted on one head alone: what it is, whether what is mounted is it, and whether this
// head has let go of it.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "daemon/agents/agent.h"
#include "daemon/agents/mount_table.h"

namespace hacored::agents {

class Volume {
 public:
  explicit Volume(const Parameters& parameters);

  const std::string& device() const { return device_; }
  const std::string& directory() const { return directory_; }
  bool read_only() const;

  /// Where it is mounted in this namespace, bind mounts among them, in the order of mounting. Of a disk that is gone,
  /// and whose number nobody knows any more, what is mounted at the directory.
  std::vector<Mounted> mounts() const;
  /// What is mounted at the directory, after checking that it is this volume; nothing if nothing is. Failure:
  /// wrong_mount.
  std::optional<Mounted> mounted() const;
  /// Mounts it at the directory, which is made if it is missing, and checks that it is the right one. Failures:
  /// storage_lost, wrong_mount, mount_failed.
  void mount(bool read_only) const;

  bool is_block_device() const;
  enum class Held { no, yes };
  /// Whether the kernel still holds it in any namespace. A block device is found even if it is detached from all of
  /// them; of others `was` is one of the mounts before it was unmounted, if there was one.
  Held held(const std::optional<Mounted>& was) const;

 private:
  bool device_is_gone() const;
  void check(const Mounted& mounted) const;
  void check_before_mounting() const;

  std::string device_;
  std::string directory_;
  std::string type_;
  std::string options_;
  std::string identity_;
};

/// What the kernel's list of NFS volumes (/proc/fs/nfsfs/volumes) says of the superblock `device` ("0:45"): its fsid,
/// or nothing if it is not there.
std::optional<std::string> nfs_fsid(std::istream& volumes, const std::string& device);

/// The reason that an error of a file system stands for.
ha::Reason storage_reason(int error, ha::Reason otherwise);

}  // namespace hacored::agents
