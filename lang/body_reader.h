// Reads the indented lines of a scenario for one case.
#pragma once

#include <map>
#include <span>
#include <string>
#include <vector>

#include "lang/lexer.h"
#include "lang/sentence.h"

namespace hasim {

/// The words of each line as the file has them, before `for` values are put in. The random streams of a line are keyed
/// by them, so that lines and cases beside it do not change what it draws.
using RawLines = std::map<int, std::string>;

/// All lines, checked, with `repeat` unrolled.
std::vector<Line> read_body(const SentenceReader&, std::span<const SourceLine>, const RawLines&);

}  // namespace hasim
