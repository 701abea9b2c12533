// HA_CHECK: a bug stops the program in every build. Faults of the world are values and never come here.
#pragma once

namespace ha {
[[noreturn]] void check_failed(const char* condition, const char* file, int line);
}

#define HA_CHECK(condition) \
  (__builtin_expect(static_cast<bool>(condition), 1) ? void() : ::ha::check_failed(#condition, __FILE__, __LINE__))
