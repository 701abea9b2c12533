// The files that a configuration names, and the command that looks at all of it.
#include <fmt/format.h>
#include <unistd.h>

#include <filesystem>

#include "config_sample.h"

namespace hacored {
namespace {

namespace fs = std::filesystem;
using sample::changed;

constexpr fs::perms kPrivate = fs::perms::owner_read | fs::perms::owner_write;

/// A folder that stands for / of a head, with everything that the configurations of these tests name.
class ConfigFiles : public testing::Test {
 protected:
  ConfigFiles() : root_{fmt::format("{}/root-{}", testing::TempDir(), getpid())} {
    fs::remove_all(root_);
    write("/etc/hacore/key", std::string(32, 'k'), kPrivate);
    write("/etc/hacore/secrets.toml", "bmc1 = \"one\"\nbmc2 = \"two\"\npdu = \"three\"\n", kPrivate);
    write("/etc/hacore/voter.key", std::string(32, 'k'), kPrivate);
    for (const std::string program :
         {"/usr/lib/hacore/fence_hacore_ipmi", "/usr/lib/hacore/resource-address", "/usr/lib/hacore/resource-mount",
          "/usr/lib/hacore/resource-unit", "/usr/lib/hacore/resource-ocf", "/usr/lib/hacore/resource-script",
          "/usr/lib/ocf/resource.d/heartbeat/mysql", "/usr/sbin/fence_apc", "/etc/hacore/service.d/cmdaemon"})
      write(program, "#!/bin/sh\n", fs::perms::owner_all);
    write("/dev/watchdog0", "", kPrivate);
  }
  ~ConfigFiles() override { fs::remove_all(root_); }

  void write(const std::string& path, const std::string& text, fs::perms mode) const {
    fs::create_directories(fs::path(root_ + path).parent_path());
    std::ofstream(root_ + path) << text;
    fs::permissions(root_ + path, mode);
  }

  ReadConfig read(const std::string& text = sample::kGood) const {
    return read_config(text, "hacore.toml", {.head = "head1", .root = root_});
  }
  std::string said(const std::string& text = sample::kGood) const { return show(read(text).diagnostics); }

  /// Exit status and what is printed.
  std::pair<int, std::string> check(const std::string& file, const std::string& head) const {
    char* text = nullptr;
    std::size_t size = 0;
    std::FILE* out = open_memstream(&text, &size);
    const int status = check_command(file, {.head = head, .root = root_}, out);
    std::fclose(out);
    std::string printed{text, size};
    std::free(text);
    return {status, printed};
  }

  std::string root_;
};

TEST_F(ConfigFiles, FillInTheSecrets) {
  const ReadConfig config = read();
  ASSERT_TRUE(config.settings.has_value()) << show(config.diagnostics);
  EXPECT_EQ(config.settings->fence[0].devices[0][0].at("password"), "one");
  EXPECT_EQ(config.settings->fence[0].devices[1][0].at("password"), "two");
}

TEST_F(ConfigFiles, ThatHoldSecretsArePrivate) {
  fs::permissions(root_ + "/etc/hacore/secrets.toml", fs::perms::group_read, fs::perm_options::add);
  EXPECT_EQ(said(),
            "/etc/hacore/secrets.toml: error: /etc/hacore/secrets.toml can be read by others (mode 0640)\n"
            "  type: chmod 600 /etc/hacore/secrets.toml\n");
  fs::permissions(root_ + "/etc/hacore/secrets.toml", kPrivate);
  fs::permissions(root_ + "/etc/hacore/key", fs::perms::others_read, fs::perm_options::add);
  EXPECT_EQ(said(),
            "hacore.toml: error: /etc/hacore/key can be read by others (mode 0604)\n"
            "  type: chmod 600 /etc/hacore/key\n");
}

TEST_F(ConfigFiles, ThatAreAboutToBeThereAreLookedAtWhereTheyLie) {
  fs::remove(root_ + "/etc/hacore/key");
  write("/etc/hacore/key.new", std::string(32, 'k'), kPrivate);
  write("/etc/hacore/secrets.toml.new", "bmc1 = \"next\"\nbmc2 = \"two\"\npdu = \"three\"\n", kPrivate);
  ReadOptions options{.head = "head1", .root = root_};
  EXPECT_FALSE(read_config(sample::kGood, "hacore.toml", options).settings);
  for (const std::string path : {"/etc/hacore/key", "/etc/hacore/secrets.toml"})
    options.staged[path] = root_ + path + ".new";
  const ReadConfig config = read_config(sample::kGood, "hacore.toml", options);
  ASSERT_TRUE(config.settings.has_value()) << show(config.diagnostics);
  EXPECT_EQ(config.settings->fence[0].devices[0][0].at("password"), "next");
}

TEST_F(ConfigFiles, ThatHoldSecretsAreNeverShown) {
  write("/etc/hacore/secrets.toml", "bmc1 = \"one\nbmc2 = \"topsecret\"\n", kPrivate);
  EXPECT_EQ(said(),
            "/etc/hacore/secrets.toml:1:12: error: not TOML\n"
            "  expected: lines NAME = \"TEXT\"; the line is not shown\n");
  write("/etc/hacore/secrets.toml", "bmc1 = 5\nbmc2 = \"topsecret\"\n", kPrivate);
  EXPECT_EQ(said(),
            "/etc/hacore/secrets.toml:1:1: error: the secret bmc1 must be a text of one line\n"
            "  write: bmc1 = \"…\"\n");
}

TEST_F(ConfigFiles, ThatHoldSecretsHaveThoseThatAreNamed) {
  EXPECT_EQ(
      said(changed("secret = \"bmc2\"", "secret = \"bcm2\"")),
      "hacore.toml:22:69: error: /etc/hacore/secrets.toml has no secret \"bcm2\"\n"
      "  head2 = { ip = \"10.148.0.2\", username = \"ha\", password = { secret = \"bcm2\" }, chassis = \"AB-2\" }\n"
      "                                                                      ^^^^^^\n"
      "  did you mean: bmc2\n"
      "  write there: bcm2 = \"…\"\n");
}

TEST_F(ConfigFiles, AreMissed) {
  EXPECT_EQ(said(changed("fence_hacore_ipmi", "fence_ipmilan")),
            "hacore.toml:18:9: error: there is no program fence_ipmilan\n"
            "  agent = \"fence_ipmilan\"\n"
            "          ^^^^^^^^^^^^^^^\n"
            "  looked in: /usr/lib/hacore, /usr/sbin, /usr/share/cluster\n");
  fs::permissions(root_ + "/usr/lib/hacore/fence_hacore_ipmi", kPrivate);
  EXPECT_NE(said().find("there is no program fence_hacore_ipmi"), std::string::npos);
  fs::permissions(root_ + "/usr/lib/hacore/fence_hacore_ipmi", fs::perms::owner_all);
  EXPECT_NE(
      said(changed("heartbeat:mysql", "heartbeat:pgsql")).find("there is no /usr/lib/ocf/resource.d/heartbeat/pgsql"),
      std::string::npos);
  fs::remove(root_ + "/etc/hacore/key");
  EXPECT_EQ(said(),
            "hacore.toml: error: the key /etc/hacore/key cannot be read: No such file or directory\n"
            "  type: (umask 077; head -c 32 /dev/urandom > /etc/hacore/key), and copy it to the other head\n");
  write("/etc/hacore/key", "short", kPrivate);
  EXPECT_NE(said().find("the key /etc/hacore/key has 5 bytes"), std::string::npos);
}

TEST_F(ConfigFiles, OfTheExampleAreAllOnAHeadAsItDescribes) {
  const std::string example = std::string(HASIM_SOURCE_DIR) + "/packaging/hacore.toml.example";
  const auto [status, printed] = check(example, "T06-HEAD-01");
  EXPECT_EQ(status, 0) << printed;
  EXPECT_EQ(printed.find("warning"), std::string::npos) << printed;
  EXPECT_TRUE(printed.starts_with(example + ": good; cell bcm-t06, this is T06-HEAD-01; 3 paths, 2 fence levels, "
                                            "1 service of 6 resources, a store, 5 voters, a watchdog, digest "))
      << printed;
  const auto of_other_head = check(example, "T06-HEAD-02");
  EXPECT_EQ(of_other_head.first, 0);
  EXPECT_EQ(printed.substr(printed.find("digest")), of_other_head.second.substr(of_other_head.second.find("digest")));
}

TEST_F(ConfigFiles, ThatAreWrongGiveTheExitStatusTwo) {
  EXPECT_EQ(check("/nowhere/hacore.toml", "head1"),
            (std::pair{2, std::string("/nowhere/hacore.toml: error: cannot be read: No such file or directory\n")}));
  write("/hacore.toml", changed("heads = [", "heads = [\"x\", "), kPrivate);
  EXPECT_EQ(check(root_ + "/hacore.toml", "head1").first, 2);
  write("/hacore.toml", sample::kGood, kPrivate);
  EXPECT_EQ(check(root_ + "/hacore.toml", "head1").first, 0);
  EXPECT_EQ(check(root_ + "/hacore.toml", "head3").first, 2);
}

TEST(ConfigHead, IsTheOneWithTheNameOfTheHost) {
  std::array<char, 256> name{};
  ASSERT_EQ(gethostname(name.data(), name.size() - 1), 0);
  const std::string host = std::string(name.data()).substr(0, std::string_view(name.data()).find('.'));
  const std::string text = changed("\"head1\", \"head2\"]", "\"head1\", \"" + host + "\"]");
  ReadConfig config =
      read_config(changed("head2 = {", host + " = {", changed("prefers = \"head2\"", "", text)), "f", {.files = false});
  ASSERT_TRUE(config.settings.has_value()) << show(config.diagnostics);
  EXPECT_EQ(config.settings->self, 1);
  EXPECT_NE(show(read_config(sample::kGood, "f", {.files = false}).diagnostics).find("neither of the heads"),
            std::string::npos);
}

}  // namespace
}  // namespace hacored
