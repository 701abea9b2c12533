// What is wrong with a file that an administrator wrote: where, why, and what to write instead. All of a file is said,
// not only the first mistake.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace hacored {

/// A stretch of one line. Lines and columns count from 1, columns in characters; line 0: the file as a whole.
struct Place {
  int line = 0;
  int column = 0;
  int width = 1;
  auto operator<=>(const Place&) const = default;
};

struct Diagnostic {
  enum class Level : unsigned char { error, warning };
  Level level = Level::error;
  std::string path;  ///< as it is shown
  Place place;
  std::string message;
  std::string source_line;         ///< empty: the line must not be shown, or there is none
  std::vector<std::string> notes;  ///< "expected: …", "did you mean: …", "type: …"
  std::string show() const;        ///< as printed: path:line:column: error: …, the line, carets, the notes
};

using Notes = std::vector<std::string>;

/// Collects what is said about one file. Empty notes are left out.
class Report {
 public:
  Report(std::string path, std::string_view text);

  void error(Place, std::string message, Notes = {});
  void warning(Place, std::string message, Notes = {});
  /// This line is never shown: there is a secret on it.
  void conceal(int line);
  bool failed() const { return failed_; }
  /// Everything in the order of the file.
  std::vector<Diagnostic> in_order() const;

 private:
  void add(Diagnostic::Level, Place, std::string&& message, Notes&&);

  std::string path_;
  std::vector<std::string> lines_;
  std::vector<Diagnostic> diagnostics_;
  bool failed_ = false;
};

/// How many are printed; of the rest only the number is said.
inline constexpr std::size_t kShownMost = 20;

/// All of them as printed, a blank line between two, at most `kShownMost`. Ends with a line feed unless empty.
std::string show(const std::vector<Diagnostic>&);

}  // namespace hacored
