// HA_CHECK: says what was wrong and stops.
#include "core/check.h"

#include <cstdio>
#include <cstdlib>

namespace ha {

void check_failed(const char* condition, const char* file, int line) {
  std::fprintf(stderr, "%s:%d: check failed: %s\n", file, line, condition);
  std::abort();
}

}  // namespace ha
