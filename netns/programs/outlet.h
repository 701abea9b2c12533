// The outlets of a PDU: the service that switches them, and the fence agent that speaks to it. The service speaks
// first, in lines of text:
//
//   < pdu NAME
//   > status PLUG | off PLUG ORDER | on PLUG
//   < on | off | done
//
// So of a service that stands still nobody can leave an order behind that it would find later.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace hasim::cell {

inline constexpr std::uint16_t kOutletPort = 4001;

/// pdu NAME ADDRESS: serves there. What outlets do, the harness says.
int serve_outlets(const std::vector<std::string>& words);

/// outlet: one call of the agent, with its options on stdin (FenceAgentAPI; docs/agents.md). Returns the exit status.
int fence_by_outlet();

/// A line without its end; empty: none came within the time that the socket waits.
std::string read_line(int socket);
bool write_line(int socket, const std::string& line);
/// No call on the socket takes longer.
void wait_at_most(int socket, int ms);

}  // namespace hasim::cell
