// Rotation of keys, as the host of a core does it.
#include "sim/keys.h"

#include <algorithm>

namespace hasim::sim {

void rotate_key(Engine& e, int head) {
  Keys& keys = e.core(head).keys;
  if (keys.peer_has == keys.newest) ++keys.newest;
}

void sign(Engine& e, int head, Frame& frame) {
  const Keys& keys = e.core(head).keys;
  frame.signer_has = keys.newest;
  frame.key = std::min(keys.newest, keys.peer_has);
}

bool understands(Engine& e, int head, const Frame& frame) {
  Keys& keys = e.core(head).keys;
  if (frame.key > keys.newest || frame.key + 1 < keys.newest) return false;
  keys.peer_has = std::max(keys.peer_has, frame.signer_has);
  return true;
}

}  // namespace hasim::sim
