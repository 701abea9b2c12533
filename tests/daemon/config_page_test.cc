// The page about the configuration says what the reader reads.
#include "daemon/config_page.h"

#include <fmt/format.h>

#include <set>

#include "config_sample.h"
#include "daemon/config_keys.h"
#include "daemon/config_value.h"

namespace hacored {
namespace {

TEST(ConfigPage, IsCurrent) {
  EXPECT_EQ(sample::file_text("docs/configuration.md"), configuration_page())
      << "bring it up to date: hacored --keys > docs/configuration.md";
}

TEST(ConfigKeys, StandOnceEach) {
  std::set<std::pair<Part, std::string_view>> known;
  for (const KeyInfo& key : config_keys()) EXPECT_TRUE(known.insert({key.part, key.name}).second) << key.name;
}

TEST(ConfigKeys, HaveADefaultAndASampleThatTheReaderTakes) {
  for (const KeyInfo& key : config_keys()) {
    if (!key.initial.empty()) { EXPECT_TRUE(initial_value(key).has_value()) << key.name; }
    Report report{"", ""};
    const auto root = read_toml(fmt::format("{} = {}\n", key.name, sample_of(key)), report);
    ASSERT_TRUE(root.has_value()) << key.name << " = " << sample_of(key);
    EXPECT_TRUE(read_value(key, root->entries.front(), report).has_value()) << key.name << " = " << sample_of(key);
  }
}

}  // namespace
}  // namespace hacored
