// What the arbiters of a cell are told, and what its heads are told of them.
#include <fmt/format.h>

#include "netns/plan.h"
#include "netns/sandbox.h"

namespace hasim::netns {
namespace {

constexpr const char* kExport = "/run/state";  ///< of a witness, on itself

}  // namespace

std::string Plan::voter_key() { return std::string{kFolder} + "/voter.key"; }

std::string Plan::arbiters_toml(const CellSpec& cell) const {
  std::string text;
  if (const int number = spec_.witness_of(cell); number >= 0) {
    const WitnessSpec& witness = spec_.witnesses[static_cast<std::size_t>(number)];
    text += fmt::format("[store]\nurl = \"nfs://{}{}\"\n", address_of(witness.id, witness.networks.front()), kExport);
  }
  std::string votes;
  const auto add = [&](ThingId id, ThingId network) { votes += fmt::format("\"{}\", ", address_of(id, network)); };
  for (const VoterSpec& voter : spec_.voters) add(voter.id, voter.networks.front());
  for (const WitnessSpec& witness : spec_.witnesses)
    if (!witness.lease) add(witness.id, witness.networks.front());
  if (!votes.empty()) text += fmt::format("[voters]\naddresses = [{}]\nkey_file = \"{}\"\n", votes, voter_key());
  return text;
}

}  // namespace hasim::netns
