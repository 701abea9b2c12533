// Rows of the catalogue in `source` texts.
#include "explore/catalogue.h"

#include <gtest/gtest.h>

#include <set>

namespace hasim {
namespace {

using Words = std::vector<std::string>;

TEST(Catalogue, HasEveryRowOnce) {
  std::set<std::string_view> ids;
  for (const CatalogueRow& row : catalogue_rows()) {
    EXPECT_TRUE(ids.insert(row.id).second) << row.id;
    EXPECT_FALSE(row.name.empty()) << row.id;
  }
  EXPECT_EQ(ids.size(), 144U);
}

TEST(Catalogue, FindsRowsInAnyCaseAndOnlyWholeIds) {
  ASSERT_NE(find_row("hb01"), nullptr);
  EXPECT_EQ(find_row("hb01")->id, "HB01");
  EXPECT_EQ(find_row("HB0"), nullptr);
  EXPECT_EQ(find_row("HB06"), nullptr);
}

TEST(Catalogue, ReadsTheRowsOfASource) {
  EXPECT_EQ(rows_of_source("catalogue HB04, HB05; keepalived #20, #166"), (Words{"HB04", "HB05"}));
  EXPECT_EQ(rows_of_source("guess; TigerBeetle VOPR"), Words{});
  EXPECT_EQ(rows_of_source("catalogue BM03 and BM03 again"), Words{"BM03"});
}

TEST(Catalogue, ReadsTheDocumentsOfASource) {
  EXPECT_EQ(seeds_of_source("seed 002, 8.3.3; catalogue HB03"), Words{"002"});
  EXPECT_EQ(seeds_of_source("catalogue OP04; seed 003 (identical slurm.conf)"), Words{"003"});
  EXPECT_EQ(seeds_of_source("Bull 5.7.3, resource-agents #344; BCM 15.1; Bull 2.1"), (Words{"002", "000"}));
  EXPECT_EQ(seeds_of_source("row 003"), Words{});
}

}  // namespace
}  // namespace hasim
