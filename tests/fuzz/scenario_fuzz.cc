// Any bytes as a scenario file: read or refused with a place in the file, never a crash; and what is read has a layout
// that the formatter leaves alone.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include "core/check.h"
#include "lang/parse.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string_view text{reinterpret_cast<const char*>(bytes), size};
  const hasim::Parsed parsed = hasim::parse_scenario(text, "fuzz.scn", {.world_dirs = {HASIM_WORLDS}});
  if (const auto* wrong = std::get_if<hasim::Diagnostic>(&parsed)) {
    HA_CHECK(!wrong->message.empty() && !wrong->show().empty());
    return 0;
  }
  HA_CHECK(!std::get<hasim::Scenario>(parsed).cases.empty());
  const auto formatted = hasim::format_text(text, "fuzz.scn");
  HA_CHECK(std::holds_alternative<std::string>(formatted));
  const std::string& laid_out = std::get<std::string>(formatted);
  HA_CHECK(std::get<std::string>(hasim::format_text(laid_out, "fuzz.scn")) == laid_out);
  return 0;
}
