// From file to settings, and the command that only looks.
#include "daemon/config_file.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>

#include "daemon/config_draft.h"
#include "daemon/toml_tree.h"

namespace hacored {
namespace {

bool has_error(const std::vector<Diagnostic>& diagnostics) {
  for (const Diagnostic& diagnostic : diagnostics)
    if (diagnostic.level == Diagnostic::Level::error) return true;
  return false;
}

std::string counted(std::size_t n, std::string_view what) { return fmt::format("{} {}{}", n, what, n == 1 ? "" : "s"); }

std::string summary(const Settings& s, const std::string& path) {
  std::string out = fmt::format("{}: good; cell {}, this is {}; {}, {}, {} of {}", path, s.cell, s.heads.at(s.self),
                                counted(s.paths.size(), "path"), counted(s.fence.size(), "fence level"),
                                counted(s.services.size(), "service"), counted(s.resources().size(), "resource"));
  if (s.core.store) out += ", a store";
  if (s.core.voters > 0) out += ", " + counted(s.core.voters, "voter");
  if (s.core.watchdog) out += ", a watchdog";
  return out + fmt::format(", digest {:08x}\n", s.core.digest);
}

}  // namespace

std::string ReadOptions::real(const std::string& path) const {
  const auto found = staged.find(path);
  return found == staged.end() ? root + path : found->second;
}

ReadConfig read_config(std::string_view text, const std::string& shown_path, const ReadOptions& options) {
  Report report{shown_path, text};
  const auto root = read_toml(text, report);
  if (!root) return {std::nullopt, report.in_order()};
  Draft draft = read_draft(*root, options, report);
  check_draft(draft, report);
  check_files(draft, options, report);
  if (!report.failed()) {
    complete(draft);
    check_safety(draft, report);
  }
  ReadConfig read{std::nullopt, report.in_order()};
  read.diagnostics.insert(read.diagnostics.end(), draft.of_secrets.begin(), draft.of_secrets.end());
  if (!has_error(read.diagnostics)) read.settings = std::move(draft.settings);
  return read;
}

ReadConfig read_config_file(const std::string& path, const ReadOptions& options) {
  std::ifstream file(path, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  if (file.is_open() && !file.bad()) return read_config(text, path, options);
  Report report{path, ""};
  report.error({}, fmt::format("cannot be read: {}", std::strerror(errno)));
  return {std::nullopt, report.in_order()};
}

int check_command(const std::string& path, const ReadOptions& options, std::FILE* out) {
  const ReadConfig read = read_config_file(path, options);
  std::string text = show(read.diagnostics);
  if (read.settings) text += (text.empty() ? "" : "\n") + summary(*read.settings, path);
  std::fwrite(text.data(), 1, text.size(), out);
  return read.settings ? 0 : 2;
}

}  // namespace hacored
