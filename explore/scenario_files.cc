// Walking folders for scenario files.
#include "explore/scenario_files.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <set>

namespace hasim {
namespace {

namespace fs = std::filesystem;

bool ends_in(const fs::path& file, const std::vector<std::string_view>& endings) {
  const std::string ending = file.extension().string();
  return std::find(endings.begin(), endings.end(), ending) != endings.end();
}

void add_folder(const std::string& folder, const std::vector<std::string_view>& endings, FoundFiles& found) {
  std::error_code error;
  std::vector<std::string> files;
  fs::recursive_directory_iterator at(folder, error);
  while (!error && at != fs::recursive_directory_iterator{}) {
    std::error_code not_a_file;
    if (at->is_regular_file(not_a_file) && ends_in(at->path(), endings)) {
      files.push_back(at->path().lexically_normal().string());
    }
    at.increment(error);
  }
  if (error) {
    found.errors.push_back(fmt::format("cannot read the folder {}: {}", folder, error.message()));
  } else if (files.empty()) {
    found.errors.push_back(fmt::format("no {} file in {}", fmt::join(endings, " or "), folder));
  }
  std::sort(files.begin(), files.end());
  found.files.insert(found.files.end(), files.begin(), files.end());
}

fs::path canonical(const std::string& path) {
  std::error_code error;
  fs::path result = fs::weakly_canonical(path, error);
  return error ? fs::path(path) : result;
}

void drop_repeated(std::vector<std::string>& files) {
  std::set<fs::path> seen;
  std::erase_if(files, [&](const std::string& file) { return !seen.insert(canonical(file)).second; });
}

}  // namespace

std::string existing_path(const std::string& path, const std::string& root) {
  std::error_code error;
  if (fs::exists(path, error)) return path;
  const fs::path in_root = fs::path(root) / path;
  if (!path.empty() && !root.empty() && fs::exists(in_root, error)) return in_root.string();
  return "";
}

FoundFiles find_files(const std::vector<std::string>& paths, const std::vector<std::string_view>& endings,
                      const std::string& root) {
  FoundFiles found;
  for (const std::string& path : paths) {
    const std::string existing = existing_path(path, root);
    std::error_code error;
    if (existing.empty()) {
      found.errors.push_back(fmt::format("no such file or folder: {}", path));
    } else if (fs::is_directory(existing, error)) {
      add_folder(existing, endings, found);
    } else {
      found.files.push_back(existing);
    }
  }
  drop_repeated(found.files);
  return found;
}

std::string name_of_file(const std::string& path, const std::string& root) {
  if (root.empty()) return path;
  const fs::path relative = canonical(path).lexically_relative(canonical(root));
  if (relative.empty() || *relative.begin() == "..") return path;
  std::error_code error;
  // A file of that short name in the current folder would be found first when the name is typed in.
  std::string name = relative.string();
  if (fs::exists(name, error) && canonical(name) != canonical(path)) return path;
  return name;
}

std::string class_of_file(const std::string& path) { return canonical(path).parent_path().filename().string(); }

SearchPath search_path_of(const std::string& path, const std::string& root) {
  const fs::path folder = fs::path(path).has_parent_path() ? fs::path(path).parent_path() : fs::path(".");
  SearchPath search;
  search.world_dirs = {folder.string(), (folder / "worlds").string(), (folder / ".." / "worlds").string()};
  if (!root.empty()) search.world_dirs.push_back((fs::path(root) / "worlds").string());
  return search;
}

}  // namespace hasim
