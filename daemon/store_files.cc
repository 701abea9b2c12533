// Names of files that are about to be created.
#include "daemon/store_files.h"

#include <fmt/format.h>
#include <sodium.h>

#include <cstdint>

namespace hacored {

std::string scratch_name(int side) {
  std::uint64_t random = 0;
  randombytes_buf(&random, sizeof random);
  return fmt::format("new.{}.{:016x}", side, random);
}

bool is_scratch(const std::string& name, int side) { return name.starts_with(fmt::format("new.{}.", side)); }

}  // namespace hacored
