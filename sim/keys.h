// The keys that sign beats: two are accepted while one replaces the other, so that nobody becomes deaf [OP15].
#pragma once

#include "sim/engine.h"

namespace hasim::sim {

/// Gives that head the next key. It is used as soon as the peer says that it has it too. Nothing happens while the peer
/// still lacks the one before: a third key would leave it deaf.
void rotate_key(Engine&, int head);
/// The head signs a frame that it sends.
void sign(Engine&, int head, Frame&);
/// Can that head check the signature? What it reads then tells it which keys its peer has.
bool understands(Engine&, int head, const Frame&);

}  // namespace hasim::sim
