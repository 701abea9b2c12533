// The rows of the failure catalogue, by id, and how a scenario's `source` line names them.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace hasim {

struct CatalogueRow {
  std::string_view id;        ///< "HB01"
  std::string_view name;      ///< "all heartbeat paths cut, BMC net up"
  std::string_view left_out;  ///< what the simulation leaves out of it; empty if nothing is worth a word
};

/// All rows, in the catalogue's order.
std::span<const CatalogueRow> catalogue_rows();

/// The row of that id, in any case ("hb01"); nullptr if there is none.
const CatalogueRow* find_row(std::string_view id);

/// The catalogue rows that a `source` text names, in its order: "catalogue HB04, HB05; keepalived #20" gives two.
std::vector<std::string> rows_of_source(std::string_view source);

/// A document that the project began with, and that scenarios name.
struct SeedDocument {
  std::string_view number;  ///< "002", as in "seed 002, 5.4"
  std::string_view name;
  std::string_view word;  ///< as in "Bull 5.7.3"
};

std::span<const SeedDocument> seed_documents();

/// Numbers of the documents that a `source` text names, in its order, each once.
std::vector<std::string> seeds_of_source(std::string_view source);

}  // namespace hasim
