// The line of a scenario that broke, with a caret under the words meant and what was seen beside it.
#pragma once

#include <string>

#include "lang/ast.h"
#include "lang/run.h"
#include "report/style.h"

namespace hasim {

/// Source line, carets and `broken.message`; only the message if no line names the property.
std::string excerpt(const Scenario&, const Script&, const Broken& broken, const Style&);

}  // namespace hasim
