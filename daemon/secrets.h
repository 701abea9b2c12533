// Passwords of devices. They stand in a file of their own that only its owner can read, so that hacore.toml can be
// shown to anybody.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "daemon/diagnostic.h"

namespace hacored {

/// Why `path` must not hold secrets, and what to type about it; nothing if it is a file of root or of this user that
/// nobody else can read.
struct NotPrivate {
  std::string message, note;
};
std::optional<NotPrivate> not_private(const std::string& path, const std::string& shown_path);

class Secrets {
 public:
  /// All secrets are the empty text: for a check without files.
  Secrets();
  /// The file is read when the first secret is asked for. Its lines are never shown.
  Secrets(std::string path, std::string shown_path);

  /// Nothing if there is none of this name.
  std::optional<std::string> find(const std::string& name);
  /// "did you mean: x"
  std::string meant(const std::string& name) const;
  /// The file could be read as a whole; what else is wrong with it is in `report`.
  bool readable();
  const std::string& path() const { return shown_path_; }
  const Report& report() const { return report_; }

 private:
  void load();

  std::string path_, shown_path_;
  bool pretend_;
  bool loaded_ = false;
  std::map<std::string, std::string> secrets_;
  Report report_;
};

}  // namespace hacored
