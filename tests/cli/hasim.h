// Runs the real program, and makes folders for it to work on.
#pragma once

#include <gtest/gtest.h>
#include <sys/wait.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

namespace hasim {

struct Ran {
  int exit = -1;
  std::string out, err;
};

inline std::string text_of(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  std::ostringstream text;
  text << stream.rdbuf();
  return text.str();
}

/// A folder of its own for each test, removed at its end.
class HasimTest : public testing::Test {
 protected:
  void SetUp() override {
    const auto* test = testing::UnitTest::GetInstance()->current_test_info();
    folder_ = std::filesystem::path(testing::TempDir()) /
              (std::string("hasim_") + test->test_suite_name() + "_" + test->name());
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  /// `arguments` as typed in a shell; `environment` like "NO_COLOR=1".
  Ran hasim(const std::string& arguments, const std::string& environment = "") const {
    return shell(environment + " " HASIM_BINARY " " + arguments);
  }

  /// A command of a shell, in the folder of the test.
  Ran shell(const std::string& command) const {
    const std::string out = at("stdout"), err = at("stderr");
    const std::string line = "cd " + folder_.string() +
                             " && unset NO_COLOR CLICOLOR_FORCE && export TERM=xterm LC_ALL=C.UTF-8 && { " + command +
                             "; } > " + out + " 2> " + err;
    const int status = std::system(line.c_str());
    return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, text_of(out), text_of(err)};
  }

  std::string write(const std::string& name, const std::string& text) const {
    std::filesystem::create_directories(std::filesystem::path(at(name)).parent_path());
    std::ofstream(at(name), std::ios::binary) << text;
    return name;
  }
  std::string at(const std::string& name) const { return (folder_ / name).string(); }

  std::filesystem::path folder_;
};

inline bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

/// The active head loses power at an instant that the seed draws; `claim` is judged after it.
inline std::string power_loss(const std::string& claim) {
  return "scenario \"the active head loses power\"\nsource   \"catalogue ND01\"\ntags     power\nworld    pair\n\n"
         "  start\n  any +1s..+9s    fault   head1 loses power\n  " +
         claim + "\n";
}

inline const char* const kHolds = "+0s..+50s       expect  head2 active";
inline const char* const kBreaks = "+0s..+50s       expect  head1 active";

}  // namespace hasim
