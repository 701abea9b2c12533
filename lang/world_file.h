// Reads world files into declarations.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "lang/declarations.h"
#include "lang/lexer.h"
#include "lang/parse.h"

namespace hasim {

/// Finds and reads the worlds that a scenario or another world names; each file once.
class WorldLibrary {
 public:
  /// `beside` is the path of the file that names worlds: its own folder and the `worlds` folders of the folders above
  /// it are searched first, then the search path.
  WorldLibrary(const std::string& beside, const SearchPath&);

  /// The world called `name`; refuses at the token that names it if there is none. A name that ends in ".world" is the
  /// path of a file.
  const Declarations& find(const Token& name);

  /// Declarations of a text; `path` is for messages and is not read.
  Declarations read(const std::string& text, const std::string& path);

 private:
  const Declarations& load(const std::string& path, const Token& name);
  std::vector<std::string> known() const;

  std::vector<std::string> dirs_;
  std::map<std::string, Declarations> loaded_;
  std::vector<std::string> loading_;  ///< worlds that are being read, each `like` the next
};

/// The whole file; refuses one that cannot be read or is bigger than 1 MiB.
std::string read_file(const std::string& path);

}  // namespace hasim
