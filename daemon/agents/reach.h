// Whether the storage of a volume can be reached from a head on which it is not mounted.
#pragma once

#include <optional>
#include <string>

#include "daemon/agents/agent.h"

namespace hacored::agents {

/// Where an NFS server listens.
struct NfsServer {
  std::string host;
  std::string port = "2049";
  bool operator==(const NfsServer&) const = default;
};

/// The server of `server:/export`, unless it is of another kind of file system or not spoken to by TCP.
std::optional<NfsServer> nfs_server(const std::string& device, const std::string& type, const std::string& options);

/// `reach`: reads a page of the device, or asks the NFS server whether it is there. Changes nothing. Of storage that
/// cannot be asked like this nothing is known, which is no failure. A device that hangs holds this program, too.
/// Failures: storage_lost, storage_hung.
AgentExit reach(const Parameters& parameters);

}  // namespace hacored::agents
