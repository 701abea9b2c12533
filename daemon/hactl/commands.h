// The commands of hactl. Each takes what was asked for and returns an exit code.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "daemon/hactl/screen.h"

namespace hactl {

/// What holds for every command.
struct Options {
  std::string socket = "/run/hacore/control";
  std::chrono::milliseconds timeout{10'000};  ///< of one answer
  bool json = false;
  bool yes = false;  ///< questions are answered by yes; typed names are asked for all the same
  Screen screen;
};

struct StatusOptions {
  bool watch = false, line = false;
};
int show_status(const Options&, const StatusOptions&);
int show_why(const Options&, std::uint64_t epoch);
int show_why_not(const Options&, const std::string& head);
int show_budget(const Options&);
int show_log(const Options&, std::uint32_t newest, bool follow);
int check(const Options&, const std::string& part);
int explain_word(const Options&, const std::string& word);

struct MakeactiveOptions {
  std::string service;
  std::string force;  ///< the one reason that is overruled
};
int makeactive(const Options&, const MakeactiveOptions&);

struct MaintenanceOptions {
  bool on = false;
  std::int64_t for_s = 0;
  std::string reason;
};
int maintenance(const Options&, const MaintenanceOptions&);
int standby(const Options&, bool on);
int drill(const Options&, const std::string& head);
int drill_self(const Options&);
int ack_off(const Options&, const std::string& head, bool force);
int reload(const Options&);
int leave(const Options&);
int cancel(const Options&);

}  // namespace hactl
