// Each key of the table wrong in turn: always a message that names it and its line, never a crash, never silence.
#include <fmt/format.h>

#include <algorithm>

#include "config_sample.h"
#include "daemon/config_keys.h"
#include "daemon/config_value.h"

namespace hacored {
namespace {

/// A file that has nothing but tables of this part, good but for `line`, which is added to the first of them and stands
/// for the key of that name.
std::string file_with(const KeyInfo& wrong, const std::string& line) {
  const auto table = [&](Part part, const std::string& header) {
    std::string out = header.empty() ? "" : header + "\n";
    if (part == wrong.part) out += line + "\n";
    for (const KeyInfo* key : keys_of(part)) {
      const bool says_type = key->part == Part::resource && key->name == "type";
      if (key->needed && !says_type && (part != wrong.part || key->name != wrong.name))
        out += fmt::format("{} = {}\n", key->name, sample_of(*key));
    }
    return out;
  };
  const bool other_type = wrong.part == Part::resource && wrong.name == "type";
  std::string text = table(Part::top, "");
  for (const PartInfo& info : config_parts()) {
    const bool of_resource = info.part >= Part::resource && info.part <= Part::script;
    if (info.part == Part::top || of_resource) continue;
    text += table(info.part, std::string(info.header));
    if (info.part == Part::fence) text += "head1 = { ip = \"10.0.0.1\" }\nhead2 = { ip = \"10.0.0.2\" }\n";
    if (info.part != Part::service) continue;
    for (const Part type : {Part::address, Part::mount, Part::unit, Part::ocf, Part::mariadb, Part::script}) {
      text += "[[service.resource]]\n";
      if (!other_type) text += fmt::format("type = \"{}\"\n", info_of(type).name);
      for (const KeyInfo* key : keys_of(Part::resource)) {
        if (!key->needed || key->name == "type" || (wrong.part == Part::resource && key->name == wrong.name)) continue;
        text += fmt::format("{} = \"{}-{}\"\n", key->name, key->name, info_of(type).name);
      }
      if (wrong.part == Part::resource) text += line + "\n";
      text += table(type, "");
    }
  }
  return text;
}

bool blames(const ReadConfig& read, std::string_view key, std::string_view line) {
  return std::any_of(read.diagnostics.begin(), read.diagnostics.end(), [&](const Diagnostic& d) {
    return d.level == Diagnostic::Level::error && d.message.find(key) != std::string::npos &&
           d.source_line.find(line) != std::string::npos;
  });
}

TEST(EveryKey, IsTakenWithItsSample) {
  for (const KeyInfo& key : config_keys()) {
    const bool of_all_resources = key.part == Part::resource && key.needed;  // they cannot all be called the same
    if (of_all_resources || key.name == "marker") continue;                  // … nor is each a mount
    const std::string line = fmt::format("{} = {}", key.name, sample_of(key));
    const ReadConfig read = sample::read(file_with(key, line));
    EXPECT_TRUE(read.settings.has_value()) << line << "\n" << show(read.diagnostics);
  }
}

TEST(EveryKey, WithAValueOfAnotherKindIsBlamed) {
  for (const KeyInfo& key : config_keys()) {
    for (const std::string wrong : {"1979-05-27", "-1", "{ a = 1 }", "[[[]]]", "\"\\u0000\"", "1.5", "[1, 2, 3]"}) {
      const std::string line = fmt::format("{} = {}", key.name, wrong);
      const ReadConfig read = sample::read(file_with(key, line));
      EXPECT_FALSE(read.settings.has_value()) << line;
      EXPECT_TRUE(blames(read, key.name, line)) << line << "\n" << show(read.diagnostics);
    }
  }
}

TEST(EveryKey, MisspeltIsRefusedAndRecognized) {
  for (const KeyInfo& key : config_keys()) {
    std::string misspelt{key.name};
    if (misspelt.size() < 4) continue;  // a slip in three letters is another word
    std::swap(misspelt[1], misspelt[2]);
    if (misspelt == key.name) misspelt.erase(1, 1);
    const std::string line = fmt::format("{} = {}", misspelt, sample_of(key));
    const ReadConfig read = sample::read(file_with(key, line));
    EXPECT_FALSE(read.settings.has_value()) << line;
    ASSERT_TRUE(blames(read, misspelt, line)) << line << "\n" << show(read.diagnostics);
    EXPECT_NE(show(read.diagnostics).find(fmt::format("did you mean: {}", key.name)), std::string::npos)
        << show(read.diagnostics);
  }
}

TEST(EveryKey, ThatIsNeededIsMissed) {
  for (const KeyInfo& key : config_keys()) {
    if (!key.needed) continue;
    const ReadConfig read = sample::read(file_with(key, ""));
    EXPECT_FALSE(read.settings.has_value()) << key.name;
    EXPECT_NE(show(read.diagnostics).find(fmt::format(" has no {}", key.name)), std::string::npos)
        << key.name << "\n"
        << show(read.diagnostics);
  }
}

TEST(EveryKey, OutOfItsRangeIsBlamed) {
  for (const KeyInfo& key : config_keys()) {
    const bool ranged = key.shape == Shape::whole || key.shape == Shape::duration || key.shape == Shape::size ||
                        key.shape == Shape::ppm;
    if (!ranged) continue;
    const std::string far = key.shape == Shape::whole      ? "1000000"
                            : key.shape == Shape::duration ? "\"300d\""
                            : key.shape == Shape::size     ? "\"4000GiB\""
                                                           : "\"200000ppm\"";
    const std::string line = fmt::format("{} = {}", key.name, far);
    EXPECT_TRUE(blames(sample::read(file_with(key, line)), key.name, line)) << line;
  }
}

TEST(EveryBeginningOfAFile, IsAnswered) {
  for (std::size_t n = 0; n < sample::kGood.size(); ++n) {
    const ReadConfig read = sample::read(sample::kGood.substr(0, n));
    EXPECT_TRUE(read.settings.has_value() || !read.diagnostics.empty()) << n;
  }
}

}  // namespace
}  // namespace hacored
