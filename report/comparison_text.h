// A comparison of two worlds as people see it, and as a page for many stories.
#pragma once

#include <string>
#include <vector>

#include "report/comparison.h"
#include "report/style.h"

namespace hasim {

/// One story: a row for each thing that happened, then the verdict. `name` is its file and case.
std::string comparison_text(const std::string& name, const Comparison&, Duration tolerance, const Style&);

struct NamedComparison {
  std::string name;
  Comparison comparison;
};

/// "SAME  58 of 60 stories …"; for one story what it differs in.
std::string comparison_summary(const std::vector<NamedComparison>&, const Style&);

/// The page docs/fidelity.md: a table of stories, then every difference. `circumstances`: "on 2 cores with a load of
/// 4".
std::string fidelity_page(const std::vector<NamedComparison>&, Duration tolerance, const std::string& circumstances);

}  // namespace hasim
