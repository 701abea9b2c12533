// The list of reasons that are not said yet is true: it is compared with the sources of the core and its host.
#include "core/reason.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

namespace ha {
namespace {

/// All sources that can give the core's reasons: the core itself, and the answers of its simulated host.
std::string sources() {
  std::string all;
  for (const char* folder : {"core", "sim"}) {
    for (const auto& file : std::filesystem::directory_iterator(std::string(HASIM_SOURCE_DIR "/") + folder)) {
      if (!file.is_regular_file() || file.path().filename() == "reason.h") continue;
      std::ifstream in(file.path());
      all.append(std::istreambuf_iterator<char>(in), {});
    }
  }
  return all;
}

bool names(const std::string& text, Reason reason) {
  const std::string word = "Reason::" + std::string(to_string(reason));
  for (std::size_t at = text.find(word); at != text.npos; at = text.find(word, at + 1)) {
    const char next = at + word.size() < text.size() ? text[at + word.size()] : ' ';
    if (next != '_' && std::isalnum(static_cast<unsigned char>(next)) == 0) return true;
  }
  return false;
}

TEST(Reasons, AreSaidExactlyIfTheSourcesNameThem) {
  const std::string text = sources();
  for (int i = 1; i < kReasons; ++i) {
    const auto reason = static_cast<Reason>(i);
    EXPECT_EQ(is_said(reason), names(text, reason)) << to_string(reason) << ": see kReasonsNotSaid";
  }
}

}  // namespace
}  // namespace ha
