// The language on whole files: all drafts are accepted and laid out, all wrong files get exactly their message.
#include <set>
#include <utility>

#include "lang/capability.h"
#include "sample.h"

namespace hasim {
namespace {

/// Messages of expected.txt in the order of the files.
std::string all_messages() {
  const std::string folder = sample::folder();
  std::string out;
  for (const std::string ending : {".scn", ".world"}) {
    for (const std::string& file : sample::files(folder + "bad", ending)) {
      const std::string shown = file.substr(folder.size());
      const std::string text = sample::file_text(file);
      Diagnostic no;
      if (ending == ".world") {
        no = std::get<Diagnostic>(parse_world(text, shown, sample::worlds()));
      } else {
        const Parsed parsed = parse_scenario(text, shown, sample::worlds());
        // One file is right, and asks for what only the simulator can do.
        no = std::holds_alternative<Diagnostic>(parsed)
                 ? std::get<Diagnostic>(parsed)
                 : cannot_on(std::get<Scenario>(parsed), netns_capabilities()).value_or(Diagnostic{});
      }
      out += no.show() + "\n";
    }
  }
  return out;
}

TEST(WrongFiles, GetExactlyTheirMessage) {
  std::set<std::string> expected, told;
  const auto parts = [](const std::string& text) {
    std::set<std::string> messages;
    std::string message;
    for (std::size_t i = 0; i < text.size();) {
      const std::size_t end = text.find('\n', i);
      const std::string line = text.substr(i, end - i);
      if (line.starts_with("bad/") && !message.empty()) messages.insert(std::exchange(message, ""));
      message += line + "\n";
      i = end + 1;
    }
    messages.insert(message);
    return messages;
  };
  std::string text = sample::file_text(sample::folder() + "bad/expected.txt");
  for (const std::string tally : {"1 accepted (1 cases), 45 rejected\n", "0 accepted (0 cases), 1 rejected\n"}) {
    const std::size_t at = text.find(tally);
    ASSERT_NE(at, text.npos);
    text.erase(at, tally.size());
  }
  EXPECT_EQ(parts(all_messages()), parts(text));
}

TEST(Drafts, AreAllAccepted) {
  std::size_t accepted = 0;
  for (const std::string& file : sample::files(sample::folder() + "drafts", ".scn")) {
    const Parsed parsed = parse_scenario_file(file, sample::worlds());
    if (const auto* no = std::get_if<Diagnostic>(&parsed)) {
      ADD_FAILURE() << no->show();
    } else {
      ++accepted;
    }
  }
  EXPECT_GT(accepted, 130u);
}

TEST(Drafts, HaveTheOneLayout) {
  for (const std::string& file : sample::files(sample::folder() + "drafts", ".scn")) {
    const std::string text = sample::file_text(file);
    const auto formatted = format_text(text, file);
    ASSERT_TRUE(std::holds_alternative<std::string>(formatted)) << file;
    EXPECT_EQ(std::get<std::string>(formatted), text) << file;
  }
}

}  // namespace
}  // namespace hasim
