// Reading the file of secrets.
#include "daemon/secrets.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>
#include <utility>

#include "daemon/config_text.h"
#include "daemon/spelling.h"
#include "daemon/toml_tree.h"

namespace hacored {

std::optional<NotPrivate> not_private(const std::string& path, const std::string& shown_path) {
  struct stat info {};
  if (stat(path.c_str(), &info) != 0)
    return NotPrivate{fmt::format("{} cannot be read: {}", shown_path, std::strerror(errno)), ""};
  if (!S_ISREG(info.st_mode)) return NotPrivate{fmt::format("{} is not a file", shown_path), ""};
  if (info.st_uid != 0 && info.st_uid != geteuid())
    return NotPrivate{fmt::format("{} belongs to another user (uid {})", shown_path, info.st_uid),
                      fmt::format("type: chown root: {}", shown_path)};
  if ((info.st_mode & 077) != 0)
    return NotPrivate{
        fmt::format("{} can be read by others (mode {:04o})", shown_path, static_cast<unsigned>(info.st_mode & 07777)),
        fmt::format("type: chmod 600 {}", shown_path)};
  return std::nullopt;
}

Secrets::Secrets() : pretend_{true}, report_{"", ""} {}

Secrets::Secrets(std::string path, std::string shown_path)
    : path_{std::move(path)}, shown_path_{std::move(shown_path)}, pretend_{false}, report_{shown_path_, ""} {}

void Secrets::load() {
  if (std::exchange(loaded_, true)) return;
  if (auto why = not_private(path_, shown_path_)) return report_.error({}, why->message, {why->note});
  std::ifstream file(path_, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  Report shows_lines{shown_path_, ""};
  const auto root = read_toml(text, shows_lines);
  if (!root) {
    const Place place = shows_lines.in_order().front().place;
    return report_.error(place, "not TOML", {"expected: lines NAME = \"TEXT\"; the line is not shown"});
  }
  for (const Entry& entry : root->entries) {
    if (entry.value.is(Node::Kind::text) && is_line(entry.value.text)) {
      secrets_[entry.key] = entry.value.text;
    } else {
      report_.error(entry.place, fmt::format("the secret {} must be a text of one line", entry.key),
                    {fmt::format("write: {} = \"…\"", entry.key)});
    }
  }
}

bool Secrets::readable() {
  if (pretend_) return true;
  load();
  return !report_.failed();
}

std::optional<std::string> Secrets::find(const std::string& name) {
  if (pretend_) return "";
  load();
  const auto found = secrets_.find(name);
  return found == secrets_.end() ? std::nullopt : std::optional{found->second};
}

std::string Secrets::meant(const std::string& name) const {
  std::vector<std::string_view> names;
  for (const auto& [known, text] : secrets_) names.push_back(known);
  return hacored::meant(name, names);
}

}  // namespace hacored
