// slurmctld with a backup controller: silence, and a file in the state directory.
//
// After seed 003 (SlurmctldHost, SlurmctldTimeout, StateSaveLocation, failover and failback) and the purpose that
// Slurm's src/slurmctld/heartbeat.c states: a primary that still writes its heartbeat file keeps the backup away.
#pragma once

#include "sim/rules/head.h"

namespace hasim::rules {

/// The rules:
///  - The backup takes over when the primary has not answered for SlurmctldTimeout (`dead_after`) and the heartbeat
///  file
///    in StateSaveLocation, the store of this model, has not moved for as long either. A state directory of one's own
///    shows no file of the primary: then silence is enough.
///  - Nobody is fenced, and a primary that comes to does not look whether somebody took over.
///  - A controller that starts while the other one leads is its backup (seed 003, Failback). One that meets nobody
///  leads.
///  - A slurmctld that stops is silent; its backup finds out as if it had died.
class Slurm : public Head {
 public:
  Slurm(const ha::Config& config, const ha::Durable& survived, ha::Incarnation boot)
      : Head{config, survived, boot, Stops::believed} {}
  void step(ha::Instant now, const ha::Input&, ha::Outputs&);

 private:
  ha::Instant decide(ha::Outputs&);
  void choose_role(ha::Outputs&);
  void heartbeat_file(ha::Outputs&);
  void saw_file(const ha::StoreAnswer&);
  bool file_moves() const;
  void ordered(const ha::Command&, ha::Outputs&);

  ha::RequestId file_asked_{};
  ha::Instant next_file_ = ha::kLongAgo;
  ha::Instant file_moved_ = ha::kLongAgo;  ///< when the file was first seen as it is now
  std::uint64_t file_ = 0;                 ///< what the other controller wrote
  std::uint64_t written_ = 0;
};

}  // namespace hasim::rules
