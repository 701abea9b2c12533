// The table of catalogue rows, and the search for row ids in `source` texts.
#include "explore/catalogue.h"

#include <algorithm>
#include <cctype>

namespace hasim {
namespace {

constexpr CatalogueRow kRows[] = {
#define ROW(id, name, left_out) {id, name, left_out},
#include "explore/catalogue.def"
#undef ROW
};

bool is_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0; }

std::vector<std::string_view> words_of(std::string_view text) {
  std::vector<std::string_view> words;
  std::size_t begin = 0;
  for (std::size_t i = 0; i <= text.size(); ++i) {
    if (i < text.size() && is_word(text[i])) continue;
    if (i > begin) words.push_back(text.substr(begin, i - begin));
    begin = i + 1;
  }
  return words;
}

void add_once(std::vector<std::string>& list, std::string_view word) {
  if (std::find(list.begin(), list.end(), word) == list.end()) list.emplace_back(word);
}

constexpr SeedDocument kSeeds[] = {{"000", "NVIDIA BCM", "BCM"},
                                   {"001", "xCAT service nodes", "xCAT"},
                                   {"002", "Bull", "Bull"},
                                   {"003", "Slurm", "Slurm"}};

}  // namespace

std::span<const CatalogueRow> catalogue_rows() { return kRows; }

const CatalogueRow* find_row(std::string_view id) {
  std::string upper(id);
  for (char& c : upper) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  for (const CatalogueRow& row : kRows) {
    if (row.id == upper) return &row;
  }
  return nullptr;
}

std::vector<std::string> rows_of_source(std::string_view source) {
  std::vector<std::string> rows;
  for (std::string_view word : words_of(source)) {
    const CatalogueRow* row = find_row(word);
    if (row != nullptr && row->id == word) add_once(rows, word);
  }
  return rows;
}

std::span<const SeedDocument> seed_documents() { return kSeeds; }

std::vector<std::string> seeds_of_source(std::string_view source) {
  std::vector<std::string> seeds;
  std::string_view before;
  for (std::string_view word : words_of(source)) {
    for (const SeedDocument& seed : kSeeds) {
      if (word == seed.word || (before == "seed" && word == seed.number)) add_once(seeds, seed.number);
    }
    before = word;
  }
  return seeds;
}

}  // namespace hasim
