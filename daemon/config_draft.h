// What has been read of a configuration so far, and where in the file it stands.
#pragma once

#include <fmt/format.h>

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "daemon/config_file.h"
#include "daemon/fingerprint.h"

namespace hacored {

struct Node;

struct Draft {
  Settings settings;
  /// Of every key that was read without fault its value, "path.0.port", and of every table its header, "path.0";
  /// of a list of tables the first. The
  /// resources of all services are counted together.
  std::map<std::string, Place> places;
  std::vector<std::string> prefers;    ///< by service, as it is written; empty: not said
  Fingerprint agreed;                  ///< over everything that both heads must say
  std::vector<Diagnostic> of_secrets;  ///< what is wrong with the file of secrets

  std::optional<Place> at(const std::string& where) const {
    const auto found = places.find(where);
    return found == places.end() ? std::nullopt : std::optional{found->second};
  }
};

/// Where the OCF agent of the resource lies; nothing if its name is none.
std::optional<std::string> ocf_path(const ResourceSettings&);

/// Reads all tables by the table of keys. What single keys and tables have wrong with them is in the report.
Draft read_draft(const Node& root, const ReadOptions&, Report&);

/// What only several keys together have wrong with them; and what the file should say and does not.
void check_draft(const Draft&, Report&);

/// The files that the settings name: agents there, keys private.
void check_files(const Draft&, const ReadOptions&, Report&);

/// Fills in what the tables imply: `core`, `surroundings`, markers, chassis.
void complete(Draft&);

/// After `complete`: what the core would refuse [PROTOCOL §9].
void check_safety(const Draft&, Report&);

}  // namespace hacored
