// Any bytes as hacore.toml: refused with diagnostics, or settings that are the same for the other head and that the
// core takes.
#include <cstdint>
#include <string_view>

#include "core/check.h"
#include "daemon/config_file.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string_view text{reinterpret_cast<const char*>(bytes), size};
  const auto read = [&](const char* head) {
    return hacored::read_config(text, "hacore.toml", {.head = head, .files = false});
  };
  const hacored::ReadConfig one = read("head1"), two = read("head2");
  HA_CHECK(one.settings || !hacored::show(one.diagnostics).empty());
  if (!one.settings || !two.settings) return 0;
  HA_CHECK(one.settings->core.digest == two.settings->core.digest);
  HA_CHECK(!ha::unsafe(one.settings->core, one.settings->surroundings));
  HA_CHECK(one.settings->core.resources() == static_cast<int>(one.settings->resources().size()));
  return 0;
}
