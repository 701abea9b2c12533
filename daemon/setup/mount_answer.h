// How a mount is answered: DIRECTORY=DEVICE.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "daemon/config_text.h"

namespace hacored::setup {

struct MountAnswer {
  std::string directory;
  std::string device;  ///< SERVER:/EXPORT, or /dev/…
  bool is_nfs() const { return !device.starts_with('/'); }
};

/// Nothing if it is not one.
inline std::optional<MountAnswer> read_mount(std::string_view text) {
  const std::size_t equals = text.find('=');
  if (equals == std::string_view::npos) return std::nullopt;
  const std::string_view directory = text.substr(0, equals), device = text.substr(equals + 1);
  const std::size_t export_at = device.find(":/");
  const bool fits = device.starts_with("/dev/") || (export_at != std::string_view::npos && export_at > 0);
  if (!is_absolute(directory) || !fits || !is_line(device)) return std::nullopt;
  return MountAnswer{std::string{directory}, std::string{device}};
}

}  // namespace hacored::setup
