// Golden texts: what a report prints, kept in files that a reviewer reads. HASIM_BLESS=1 rewrites them.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>

namespace hasim {

inline void expect_golden(const std::string& name, const std::string& text) {
  const std::string path = std::string(HASIM_SOURCE_DIR) + "/tests/report/golden/" + name + ".txt";
  if (std::getenv("HASIM_BLESS") != nullptr) {
    std::ofstream(path, std::ios::binary) << text;
    return;
  }
  std::ifstream file(path, std::ios::binary);
  std::ostringstream golden;
  golden << file.rdbuf();
  ASSERT_TRUE(file.is_open()) << path << " is missing; HASIM_BLESS=1 writes it";
  EXPECT_EQ(text, golden.str()) << "if this is meant: HASIM_BLESS=1, and read the difference";
}

/// The longest line, in columns.
inline int widest(const std::string& text) {
  int width = 0;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) width = std::max(width, width_of(line));
  return width;
}

}  // namespace hasim
