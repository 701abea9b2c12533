// Which rare places many runs came to, and what struck them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace hasim {

/// A place of lang/landmarks.h.
struct PlaceRow {
  std::string name;  ///< "claim-lost"
  std::string text;  ///< "the store names the other head"
  std::uint64_t runs = 0;
  std::string first;  ///< seed of the first run that came there
};

/// One sentence of faults or orders, and how often it was carried out.
struct MixCountRow {
  std::string text;
  std::uint64_t times = 0;
};

/// All of them, the rare ones and those that were not reached with what happens there.
std::string all_places(const std::vector<PlaceRow>&, std::uint64_t runs);

/// A sentence that a swarm leaves out, and why.
struct LeftOutRow {
  std::string text, why;
};

/// What struck, the most frequent first, and what is left out on purpose.
std::string fault_mix(std::vector<MixCountRow>, const std::vector<LeftOutRow>&);

}  // namespace hasim
