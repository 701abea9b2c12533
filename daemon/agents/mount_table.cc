// The lines of mountinfo.
#include "daemon/agents/mount_table.h"

#include <sys/sysmacros.h>

#include <algorithm>
#include <fstream>
#include <sstream>

namespace hacored::agents {
namespace {

/// Spaces, tabs, line ends and backslashes stand there as octal numbers.
std::string unescaped(const std::string& text) {
  const auto octal = [&text](std::size_t at) { return text[at] >= '0' && text[at] <= '7'; };
  std::string plain;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '\\' && at + 3 < text.size() && octal(at + 1) && octal(at + 2) && octal(at + 3)) {
      plain += static_cast<char>((text[at + 1] - '0') * 64 + (text[at + 2] - '0') * 8 + (text[at + 3] - '0'));
      at += 3;
    } else {
      plain += text[at];
    }
  }
  return plain;
}

bool has_option(const std::string& options, const std::string& wanted) {
  return ("," + options + ",").find("," + wanted + ",") != std::string::npos;
}

}  // namespace

std::vector<Mounted> parse_mount_table(std::istream& mountinfo) {
  std::vector<Mounted> table;
  for (std::string line; std::getline(mountinfo, line);) {
    std::istringstream words{line};
    Mounted mounted;
    int parent = 0;
    unsigned major = 0, minor = 0;
    char colon = 0;
    std::string options, word, super_options;
    words >> mounted.id >> parent >> major >> colon >> minor >> mounted.root >> mounted.directory >> options;
    while (words >> word && word != "-") continue;  // optional fields
    words >> mounted.type >> mounted.source >> super_options;
    if (!words && super_options.empty()) continue;
    mounted.device = makedev(major, minor);
    mounted.root = unescaped(mounted.root);
    mounted.directory = unescaped(mounted.directory);
    mounted.source = unescaped(mounted.source);
    mounted.read_only = has_option(options, "ro") || has_option(super_options, "ro");
    table.push_back(std::move(mounted));
  }
  return table;
}

std::vector<Mounted> mount_table(const std::string& process) {
  std::ifstream file{"/proc/" + process + "/mountinfo"};
  return parse_mount_table(file);
}

const Mounted* seen_at(const std::vector<Mounted>& table, const std::string& directory) {
  const auto found = std::find_if(table.rbegin(), table.rend(),
                                  [&directory](const Mounted& mounted) { return mounted.directory == directory; });
  return found == table.rend() ? nullptr : &*found;
}

}  // namespace hacored::agents
