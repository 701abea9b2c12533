// A NAS: a machine with an NFS server, whose volumes are disks of its own.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "netns/disk.h"
#include "netns/nfs_server.h"

namespace hasim::netns {

class Nas {
 public:
  /// Makes its volumes, where the plan says that they lie; it serves a moment later. Throws `Failure`.
  Nas(const Plan& plan, const NasSpec& spec, Cables& switches);
  ~Nas();
  Nas(const Nas&) = delete;
  Nas& operator=(const Nas&) = delete;

  /// Its power; what was stored stays. Counted, as all that follows.
  void off(bool off);
  /// Its server alone.
  void serve(bool on) { server_.serve(on); }
  void hang(bool hangs) { server_.hang(hangs); }
  void unreachable_from(ThingId head, bool away) { box_.deaf_to(head, away); }
  void full(ThingId volume, bool full);
  /// As the disk of a volume fails: nothing is written any more, or everything ends with EIO. It is repaired by a boot
  /// with a disk that works; `let_go` is called before, for whoever reads there.
  enum class Fails { writes, everything };
  void fail(ThingId volume, Fails how);
  void repair(ThingId volume, const std::function<void()>& let_go);
  void renumber(ThingId volume);

  /// Goes on with a start that is under way.
  void look() { server_.look(); }

 private:
  struct Volume {
    std::unique_ptr<Disk> disk;
    int full = 0, failed = 0;
  };
  std::vector<Export> exports(const Plan& plan, const NasSpec& spec);

  const Plan& plan_;
  Box box_;
  std::map<ThingId, Volume> volumes_;
  NfsServer server_;
  int off_ = 0;
};

}  // namespace hasim::netns
