// The draft of a story: what happens when, before it is written down as lines.
#pragma once

#include <string>
#include <vector>

#include "explore/swarm_story.h"
#include "lang/draw.h"

namespace hasim {

/// One line that does something.
struct SwarmStroke {
  Duration at{};     ///< of one at a drawn instant
  std::string trap;  ///< "head2 fencing": of one that waits for something; empty: at its instant
  Duration after{};  ///< … and so long after it
  std::string what;  ///< "head1 loses power"
  std::uint16_t row = SwarmStory::kNoRow;
  bool order = false;  ///< an action, no fault
  Duration lasts{};    ///< heals by itself; 0: it does not
  bool stays = false;  ///< it is never healed
};

struct SwarmDraft {
  std::vector<SwarmStroke> strokes;  ///< those that wait for something first, the others by their instants
  Duration healed{};                 ///< the instant at which the healing begins
  bool cold = false;                 ///< it begins with both heads off
  bool hurts_service = false;        ///< something in it can make a service fail
};

/// Strikes as long as what follows the healing fits into `longest`, but for a minute at least.
SwarmDraft draft_story(const SwarmCell&, Draws&, Duration longest);

/// The time that the healed cell has, when its heads have booted, until somebody must serve.
Duration swarm_grace(const WorldSpec&);

Duration longest_boot(const WorldSpec&);

/// How often heads may have to boot until all of them are back at work.
inline constexpr int kSwarmBoots = 2;

}  // namespace hasim
