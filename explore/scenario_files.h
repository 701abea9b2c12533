// Finding scenario and world files: what a path on the command line means, and what a file is called in run names.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "lang/parse.h"

namespace hasim {

/// What some paths mean: files in the order of the arguments, those of a folder sorted; and what could not be read.
struct FoundFiles {
  std::vector<std::string> files;
  std::vector<std::string> errors;  ///< one sentence each: what, why, what to do
};

/// Collects files from paths: a file stands for itself, a folder for all files in and below it whose name ends in one
/// of `endings` (".scn"). Links to folders are not followed. A path that does not exist is looked for in `root` as
/// well. The same file is given once.
FoundFiles find_files(const std::vector<std::string>& paths, const std::vector<std::string_view>& endings,
                      const std::string& root);

/// The path as given, or, if nothing is there, under `root`; empty if neither exists.
std::string existing_path(const std::string& path, const std::string& root);

/// The FILE of run names: relative to `root` for what lies in it, else as given.
std::string name_of_file(const std::string& path, const std::string& root);

/// The class of a scenario: the folder it lies in.
std::string class_of_file(const std::string& path);

/// World files lie beside the scenario, in its folder `worlds`, in `worlds` beside its folder, or in `root`/worlds.
SearchPath search_path_of(const std::string& path, const std::string& root);

}  // namespace hasim
