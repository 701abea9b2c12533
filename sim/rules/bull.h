// Bull's cells on Red Hat Cluster Suite: whoever hears nothing shoots, a quorum disk chooses the shooter.
//
// After seed 002, the Bull High Availability Guide: management nodes (2.1.1), Lustre I/O nodes (5.4, 5.7, 6.2), NFS
// servers (8.2, 8.3, 9.4).
#pragma once

#include "sim/rules/head.h"

namespace hasim::rules {

/// The rules:
///  - Only the networks that carry beats are watched (5.7.3). After `dead_after` of silence each node fences the other:
///    a race. It powers off and looks until the chassis reads off, for ever if need be, and only then takes over.
///  - With a quorum disk (the store of this model) there is no race (8.3.3): while both nodes still write to it, only
///  its
///    master fences, that is the first node of the cell, whatever runs there. A node that cannot write to it does not
///    fence.
///  - A failed service is started again; if that fails, the node reboots itself (5.7.1, 8.3.1) and is then treated as a
///    node that died.
///  - Services are started by hand: a node that boots stays out until an operator lets it in (6.2.1, 9.4.1; here `do
///  leave
///    standby`). Nothing returns to its first owner by itself (5.4).
///  - A service whose stop cannot be verified is not started elsewhere.
class Bull : public Head {
 public:
  Bull(const ha::Config& config, const ha::Durable& survived, ha::Incarnation boot);
  void step(ha::Instant now, const ha::Input&, ha::Outputs&);

 private:
  ha::Instant decide(ha::Outputs&);
  void join(ha::Outputs&);
  void serve_if_free(ha::Outputs&);
  ha::Instant fence(ha::Outputs&);
  void look_at_chassis(ha::Outputs&);
  void fenced(ha::Outputs&);
  ha::Reason may_not_fence() const;
  void use_quorum_disk(ha::Outputs&);
  void saw_quorum_disk(const ha::StoreAnswer&);
  void progressed(Progress, ha::Outputs&);
  void ordered(const ha::Command&, ha::Outputs&);

  ha::RequestId fence_asked_{};  ///< power-off or reading under way
  ha::Instant next_try_ = ha::kLongAgo;
  ha::Instant next_look_ = ha::kNever;
  ha::RequestId disk_asked_{};
  ha::Instant next_disk_ = ha::kLongAgo;
  ha::Instant disk_written_ = ha::kLongAgo;  ///< when it was last known to take my mark
  ha::Instant peer_wrote_ = ha::kLongAgo;    ///< when the other node's mark was first seen as it is now
  std::uint64_t peer_mark_ = 0;
  std::uint64_t mark_ = 0;
  bool peer_off_ = false;
};

}  // namespace hasim::rules
