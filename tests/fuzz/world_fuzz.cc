// Any bytes as a world file: read or refused with a message, never a crash; what is read gives each head of each cell a
// configuration.
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <variant>

#include "core/check.h"
#include "lang/parse.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string_view text{reinterpret_cast<const char*>(bytes), size};
  const hasim::ParsedWorld parsed = hasim::parse_world(text, "fuzz.world", {.world_dirs = {HASIM_WORLDS}});
  if (const auto* wrong = std::get_if<hasim::Diagnostic>(&parsed)) {
    HA_CHECK(!wrong->message.empty() && !wrong->show().empty());
    return 0;
  }
  const hasim::WorldSpec& world = *std::get<std::shared_ptr<const hasim::WorldSpec>>(parsed);
  for (const hasim::CellSpec& cell : world.cells)
    for (const hasim::ThingId head : cell.heads) HA_CHECK(hasim::core_config(world, head).self == world.side_of(head));
  return 0;
}
