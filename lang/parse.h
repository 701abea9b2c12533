// Reads scenario and world files: from text to a checked `Scenario`, or to the one message that helps most.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "lang/ast.h"

namespace hasim {

/// What is wrong with a file, where, what was expected, and what was probably meant.
struct Diagnostic {
  std::string path;
  Place place;
  std::string message;
  std::string source_line;
  std::vector<std::string> notes;  ///< "expected: …", "did you mean: …", or what to write instead
  std::string show() const;        ///< as printed: path:line:column: error: …, the line, a caret, the notes
};

/// Where world files are looked for, in order.
struct SearchPath {
  std::vector<std::string> world_dirs;
};

using Parsed = std::variant<Scenario, Diagnostic>;
using ParsedWorld = std::variant<std::shared_ptr<const WorldSpec>, Diagnostic>;

/// `shown_path` is what messages and run names say. Files over 1 MiB, binary files and nesting deeper than the language
/// has are refused with a message. Never throws.
Parsed parse_scenario(std::string_view text, const std::string& shown_path, const SearchPath&);
Parsed parse_scenario_file(const std::string& path, const SearchPath&);
ParsedWorld parse_world_file(const std::string& path, const SearchPath&);
ParsedWorld parse_world(std::string_view text, const std::string& shown_path, const SearchPath&);

/// Reads many stories of one world, which is known already: for stories that are made, and not read from files.
class StoryReader {
 public:
  explicit StoryReader(std::shared_ptr<const WorldSpec>);
  ~StoryReader();
  /// `text` is that of a whole file without `for`; its header is not looked at, but counts in the numbers of lines.
  std::variant<Script, Diagnostic> read(std::string_view text, const std::string& shown_path) const;

 private:
  struct Reader;
  std::shared_ptr<const WorldSpec> world_;
  std::unique_ptr<Reader> reader_;
};

/// One such story; body lines alone will do.
std::variant<Script, Diagnostic> parse_story(const std::string& body, std::shared_ptr<const WorldSpec>);

/// The one layout; of text that does not parse at the level of lines, the message.
std::variant<std::string, Diagnostic> format_text(std::string_view text, const std::string& shown_path);

/// Overrides `set` lines: "dead_after=5s". Returns a message if it does not fit.
struct Overrides {
  std::vector<std::string> set;
  std::string world;
};
Parsed parse_scenario_file(const std::string& path, const SearchPath&, const Overrides&);
ParsedWorld parse_world_file(const std::string& path, const SearchPath&, const Overrides&);

}  // namespace hasim
