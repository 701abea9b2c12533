// All that a head knows and remembers; a plain value.
#pragma once
#include "core/event.h"
namespace ha {
struct State { Instant now{}; };
}
