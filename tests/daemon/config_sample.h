// A small good configuration, and what is said about it after a change.
#pragma once

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "core/check.h"
#include "daemon/config_file.h"

namespace hacored::sample {

inline const std::string kGood = R"(cell = "bcm-t06"
heads = ["head1", "head2"]

[[path]]
name = "internal"
interface = "bond0"
address = ["10.141.0.1", "10.141.0.2"]

[[path]]
name = "cable"
interface = ["eth3", "eth4"]
address = ["fd00::1", "fd00::2"]
port = 5420
cable = true

[[fence]]
name = "bmc"
agent = "fence_hacore_ipmi"
timeout = "10s"
off_takes = "3s"
head1 = { ip = "10.148.0.1", username = "ha", password = { secret = "bmc1" }, chassis = "AB-1" }
head2 = { ip = "10.148.0.2", username = "ha", password = { secret = "bmc2" }, chassis = "AB-2" }

[[service]]
name = "main"
prefers = "head2"

[[service.resource]]
name = "home"
type = "mount"
device = "nas:/export/home"
directory = "/home"
start_takes = "8s"

[[service.resource]]
name = "vip"
type = "address"
address = "10.141.255.254/16"
interface = ["bond0", "eth2"]

[[service.resource]]
name = "db"
type = "ocf"
agent = "ocf:heartbeat:mysql"
param = { config = "/etc/mysql/my.cnf", OCF_Timeout = 20 }

[store]
url = "nfs://nas/export/hacore"

[timing]
keep_alive = "1s"
warn_after = "5s"
dead_after = "10s"
)";

inline ReadConfig read(const std::string& text, const std::string& head = "head1") {
  return read_config(text, "hacore.toml", {.head = head, .files = false});
}

/// The good file with `what` replaced by `with`, once; `what` stands in it.
inline std::string changed(const std::string& what, const std::string& with, std::string text = kGood) {
  const std::size_t at = text.find(what);
  HA_CHECK(at != std::string::npos);
  return text.replace(at, what.size(), with);
}

inline std::string said(const std::string& text) { return show(read(text).diagnostics); }

/// What is said after a change of the good file; a blank line between two messages.
inline std::string said_after(const std::string& what, const std::string& with) { return said(changed(what, with)); }

inline std::string file_text(const std::string& path) {
  std::ifstream file(std::string(HASIM_SOURCE_DIR) + "/" + path, std::ios::binary);
  EXPECT_TRUE(file.is_open()) << path;
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace hacored::sample
