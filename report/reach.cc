// Tables of places and of faults.
#include "report/reach.h"

#include <fmt/format.h>

#include <algorithm>

#include "report/numbers.h"

namespace hasim {
namespace {

/// Fewer than one run in so many is rare.
constexpr std::uint64_t kRare = 1000;
constexpr int kNameWidth = 26;

std::string place_line(const PlaceRow& row) {
  const std::string begin = fmt::format("    {} {:>9}  ", pad(row.name, kNameWidth), count_text(row.runs));
  const std::string first = row.runs == 0 ? "" : fmt::format(" (first {})", row.first);
  std::string text;
  for (const std::string& line : wrap(row.text + first, kColumns - width_of(begin))) {
    text += (text.empty() ? begin : std::string(static_cast<std::size_t>(width_of(begin)), ' ')) + line + "\n";
  }
  return text;
}

std::string shortened(std::string text, std::size_t width) {
  if (text.size() <= width) return text;
  text.resize(width - 2);
  return text + "..";
}

/// "  12,345 head1 loses power" in two columns, read down the first and then the second.
std::string two_columns(const std::vector<std::string>& cells) {
  const std::size_t half = (cells.size() + 1) / 2;
  std::string text;
  for (std::size_t i = 0; i < half; ++i) {
    std::string line = "  " + pad(cells[i], kColumns / 2 - 2);
    if (half + i < cells.size()) line += "  " + cells[half + i];
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + "\n";
  }
  return text;
}

template <class Keep>
std::string lines_of(const std::vector<PlaceRow>& rows, std::string_view title, Keep keep) {
  std::string text;
  for (const PlaceRow& row : rows) {
    if (keep(row)) text += place_line(row);
  }
  return text.empty() ? "" : fmt::format("\n  {}\n{}", title, text);
}

}  // namespace

std::string all_places(const std::vector<PlaceRow>& rows, std::uint64_t runs) {
  const auto rare = [&](const PlaceRow& row) { return row.runs * kRare < runs; };
  std::vector<std::string> often;
  for (const PlaceRow& row : rows) {
    if (!rare(row)) often.push_back(fmt::format("{:>9}  {}", count_text(row.runs), row.name));
  }
  return (often.empty() ? "" : "\n  Places reached, in runs\n" + two_columns(often)) +
         lines_of(rows, fmt::format("Rare: fewer than 1 in {} runs", count_text(kRare)),
                  [&](const PlaceRow& row) { return row.runs != 0 && rare(row); }) +
         lines_of(rows, "Never", [](const PlaceRow& row) { return row.runs == 0; });
}

std::string fault_mix(std::vector<MixCountRow> rows, const std::vector<LeftOutRow>& left_out) {
  std::stable_sort(rows.begin(), rows.end(), [](const auto& a, const auto& b) { return a.times > b.times; });
  std::uint64_t all = 0;
  std::vector<std::string> cells;
  for (const MixCountRow& row : rows) {
    all += row.times;
    cells.push_back(shortened(fmt::format("{:>9}  {}", count_text(row.times), row.text), kColumns / 2 - 3));
  }
  std::string text = fmt::format("\n  Fault mix: {} faults and orders of {} kinds\n", count_text(all), rows.size());
  text += two_columns(cells);
  if (!left_out.empty()) text += "\n  Left out on purpose\n";
  for (const LeftOutRow& row : left_out) {
    for (const std::string& line : wrap(row.text + ": " + row.why, kColumns - 4)) text += "    " + line + "\n";
  }
  return text;
}

}  // namespace hasim
