// By the streams of the library.
#include "netns/files.h"

#include <sys/stat.h>

#include <fstream>
#include <sstream>

#include "netns/failure.h"

namespace hasim::netns {

void write_file(const std::string& path, const std::string& text, unsigned mode) {
  std::ofstream file{path, std::ios::trunc};
  file << text;
  file.close();
  fail_if(!file || (mode != 0 && ::chmod(path.c_str(), mode) != 0), path);
}

std::string read_file(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream{path}.rdbuf();
  return text.str();
}

}  // namespace hasim::netns
