#include "daemon/agents/mariadb/copy.h"

#include <fmt/core.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "daemon/agents/mariadb/server_process.h"

namespace hacored::agents {
namespace {

using nlohmann::json;
using std::chrono::milliseconds;

/// What is left is for the last words.
constexpr double kOfTimeLeft = 0.9;

milliseconds patience(const Parameters& parameters) {
  const milliseconds left = parameters.seconds("time_left", milliseconds{60'000});
  return milliseconds{static_cast<milliseconds::rep>(static_cast<double>(left.count()) * kOfTimeLeft)};
}

std::optional<bool> said(const Parameters& parameters, const std::string& name) {
  const std::string text = parameters.text(name);
  return text.empty() ? std::nullopt : std::optional{text == "1"};
}

/// Why a copy is not opened; of one that takes writes neither is said.
bool is_of_the_data(const std::string& reason) {
  return reason == to_string(ha::Reason::database_lag) || reason == to_string(ha::Reason::diverged);
}

std::string note_file(const Parameters& parameters) {
  const std::string folder = parameters.text("run_dir");
  return folder.empty() ? "" : fmt::format("{}/mariadb-{}", folder, parameters.text("resource", "database"));
}

}  // namespace

Copy::Copy(const Parameters& parameters)
    : access{parameters.text("socket", "/run/mysqld/mysqld.sock"), parameters.text("user", "root"),
             parameters.seconds("answer_max", milliseconds{3000})},
      peer{parameters.text("peer", "the other head")},
      lag_max{parameters.seconds("lag_max", milliseconds{30'000})},
      server_max{parameters.seconds("server_max", milliseconds{10'000})},
      deadline{patience(parameters)},
      forced{said(parameters, "forced").value_or(false)},
      peer_stopped{said(parameters, "peer_stopped").value_or(false)},
      peer_refused{is_of_the_data(parameters.text("peer_trouble"))},
      peer_serves{said(parameters, "peer_serves")},
      file{note_file(parameters)} {}

/// What cannot be read says nothing: a file that was cut short is none.
Note Copy::note() const {
  std::ifstream text{file};
  const json kept = file.empty() ? json{} : json::parse(text, nullptr, false);
  Note note;
  if (!kept.is_object()) return note;
  if (const auto server = kept.find("server"); server != kept.end() && server->is_number_integer())
    note.server = server->get<pid_t>();
  if (const auto open = kept.find("open"); open != kept.end() && open->is_boolean()) note.open = open->get<bool>();
  if (const auto served = kept.find("peer_served"); served != kept.end() && served->is_number_integer())
    note.peer_served = served->get<std::int64_t>();
  return note;
}

void Copy::keep(const Note& note) const {
  if (file.empty()) return;
  json kept = {{"server", note.server}, {"open", note.open}};
  if (note.peer_served) kept["peer_served"] = *note.peer_served;
  const std::string beside = file + ".new";
  std::ofstream text{beside, std::ios::trunc};
  text << kept.dump() << '\n';
  text.close();
  std::error_code error;
  if (text) std::filesystem::rename(beside, file, error);
  if (!text || error) throw Failure{AgentExit::failed, ha::Reason::none, fmt::format("{} cannot be written", file)};
}

std::optional<Server> find_server(const Copy& copy) {
  try {
    return Server{copy.access};
  } catch (const SqlFailure& failure) {
    if (failure.code != kCannotConnect || listener_at(copy.access.socket)) throw;
  }
  // A server that is ending has no socket any more, and what it still has open may be written.
  if (const pid_t known = copy.note().server; known > 0 && is_server(known))
    throw Failure{AgentExit::failed, ha::Reason::database_failed,
                  fmt::format("the server, process {}, has left {} and still lives", known, copy.access.socket)};
  return std::nullopt;
}

}  // namespace hacored::agents
