// An NFS server on a machine of its own: nfs-ganesha, as a NAS might run it, and the portmapper that it registers at.
#pragma once

#include <string>
#include <vector>

#include "netns/box.h"

namespace hasim::netns {

/// A folder of the server's machine, and how clients call it.
struct Export {
  std::string folder, name;
  int id = 0;  ///< part of every file handle: with another one, those of before are stale
};

/// Whether heads mount by this kernel's own client. As root.
bool kernel_mounts_nfs();

class NfsServer {
 public:
  /// Which program is missing here, and what brings it; empty: none.
  static std::string missing();

  /// Nothing runs yet.
  NfsServer(Box& box, std::vector<Export> exports);

  /// Its machine has booted, or lost its power.
  void boot();
  void die();
  /// The server ends, or begins; counted.
  void serve(bool on);
  /// It stands still, and its machine does not; counted.
  void hang(bool hangs);
  /// Ends and begins, and refuses the handles of before for what it exports under that name.
  void renumber(const std::string& name);
  /// Goes on with a start that is under way.
  void look();

 private:
  std::string configuration() const;

  Box& box_;
  std::vector<Export> exports_;
  pid_t portmapper_ = 0, server_ = 0;
  int ended_ = 0, hung_ = 0;
};

}  // namespace hasim::netns
