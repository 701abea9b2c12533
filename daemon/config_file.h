// The way in to the configuration: from /etc/hacore/hacore.toml to checked settings, or to everything that is wrong
// with it. docs/configuration.md has all keys, config_keys.def is where they come from.
#pragma once

#include <cstdio>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/diagnostic.h"
#include "daemon/settings.h"

namespace hacored {

inline constexpr std::string_view kConfigFile = "/etc/hacore/hacore.toml";

struct ReadOptions {
  std::string head{};  ///< which head this is; empty: the one whose name is the host name
  bool files = true;   ///< look at the files it names: agents, keys, secrets; else secrets are empty
  std::string root{};  ///< put before every absolute path that is looked at: an image, or the folder of a test
  /// By their path: files that are about to be there, and where they lie until then.
  std::map<std::string, std::string> staged{};

  /// Where the file of this path is looked at.
  std::string real(const std::string& path) const;
};

struct ReadConfig {
  std::optional<Settings> settings;     ///< nothing if there is an error
  std::vector<Diagnostic> diagnostics;  ///< errors and warnings, of the configuration and of the file of secrets
};

/// Never throws. `shown_path` is what diagnostics say.
ReadConfig read_config(std::string_view text, const std::string& shown_path, const ReadOptions& = {});

/// Of a file that cannot be read a diagnostic.
ReadConfig read_config_file(const std::string& path, const ReadOptions& = {});

/// `hacored --check [FILE]`: prints the diagnostics and, if there is no error, one line of summary. Returns the exit
/// status: 0 good, 2 not.
int check_command(const std::string& path, const ReadOptions&, std::FILE* out);

}  // namespace hacored
