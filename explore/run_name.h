// The one name a run has, FILE[:CASE]:SEED: printed in every report, accepted by every command, safe in a shell.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lang/ast.h"

namespace hasim {

struct RunName {
  std::string file;       ///< a path; of the scenarios that come with hasim, relative to their folder
  std::string case_name;  ///< "victim=head1,blow=loses-power,step=7"; empty without `for` and `each step of`
  std::uint64_t seed = 1;
  bool operator==(const RunName&) const = default;
};

std::string to_string(const RunName&);

/// Splits "bmc/lies.scn:victim=head1:7"; nothing if the text does not end in a seed.
std::optional<RunName> parse_run_name(std::string_view text);

/// A value of a `for` as it stands in a run name: blanks, and whatever a shell would touch, become `-`.
std::string shell_safe(std::string_view value);

/// The CASE of a script: its values in the order of the `for` lines, then the step, if it is not 0.
std::string case_name_of(const Script&, int step);

/// Which cases somebody means: `victim=head1,step=7`, `blow=ha*`, or the values alone (`head1,hangs`).
struct CasePattern {
  struct Part {
    std::string variable;  ///< empty: the value alone, of whichever variable comes next
    std::string value;     ///< as in a run name; `*`, `?` and `[ ]` as in file names
  };
  std::vector<Part> parts;
  int step = 0;  ///< of `each step of`; 0: all of them
};

/// Nothing if a `step=` is not a number from 1 on, or a part is empty.
std::optional<CasePattern> parse_case_pattern(std::string_view text);

/// Whether the script is a case that the pattern means; says nothing about the step.
bool matches(const CasePattern&, const Script&);

}  // namespace hasim
