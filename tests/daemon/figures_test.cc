// The text format of Prometheus, byte by byte; tests/daemon/observed_test.py reads it by a real parser.
#include "daemon/figures.h"

#include <gtest/gtest.h>

namespace hacored {
namespace {

TEST(Figures, AreFamiliesWithHelpTypeAndSamples) {
  Figures out;
  out.family("role", "gauge", "The role.");
  out.sample(true, {{"service", "main"}, {"role", "owner"}});
  out.family("wait_seconds", "histogram", "Waiting.");
  out.sample(3, {{"le", "+Inf"}}, "_bucket");
  out.sample(0.25, {}, "_sum");
  EXPECT_EQ(out.text(),
            "# HELP hacore_role The role.\n"
            "# TYPE hacore_role gauge\n"
            "hacore_role{service=\"main\",role=\"owner\"} 1\n"
            "# HELP hacore_wait_seconds Waiting.\n"
            "# TYPE hacore_wait_seconds histogram\n"
            "hacore_wait_seconds_bucket{le=\"+Inf\"} 3\n"
            "hacore_wait_seconds_sum 0.25\n");
}

TEST(Figures, OddNamesStayInsideTheirLabels) {
  Figures out;
  out.family("x", "gauge", "Two\nlines, a \\ and a \".");
  out.sample(1, {{"service", "a\"} 9\n\\"}});
  EXPECT_EQ(out.text(),
            "# HELP hacore_x Two\\nlines, a \\\\ and a \".\n"
            "# TYPE hacore_x gauge\n"
            "hacore_x{service=\"a\\\"} 9\\n\\\\\"} 1\n");
}

}  // namespace
}  // namespace hacored
