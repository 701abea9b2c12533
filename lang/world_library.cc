// Where worlds are found.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include <fmt/format.h>

#include "lang/refuse.h"
#include "lang/world_file.h"

namespace hasim {
namespace {

constexpr std::uintmax_t kFileMax = std::uintmax_t{1} << 20;
constexpr std::string_view kSuffix = ".world";

bool is_file(const std::string& path) {
  std::error_code error;
  return std::filesystem::is_regular_file(path, error);
}

/// The folder of a file, and `worlds` beside it and in every folder above, as far as the path names them.
std::vector<std::string> folders_beside(const std::string& file) {
  const std::filesystem::path own = std::filesystem::path(file).parent_path();
  std::vector<std::string> folders{own.empty() ? "." : own.string()};
  for (std::filesystem::path folder = own;; folder = folder.parent_path()) {
    folders.push_back((folder / "worlds").string());
    if (folder.empty() || folder == folder.parent_path()) return folders;
  }
}

}  // namespace

std::string read_file(const std::string& path) {
  std::error_code error;
  const std::uintmax_t size = std::filesystem::file_size(path, error);
  if (error || !is_file(path)) refuse({1, 1, 1}, "this file cannot be read");
  if (size > kFileMax) refuse({1, 1, 1}, "this file is bigger than 1 MiB: it is no scenario");
  std::ifstream in(path, std::ios::binary);
  if (!in) refuse({1, 1, 1}, "this file cannot be read");
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

WorldLibrary::WorldLibrary(const std::string& beside, const SearchPath& search) : dirs_(folders_beside(beside)) {
  dirs_.insert(dirs_.end(), search.world_dirs.begin(), search.world_dirs.end());
}

std::vector<std::string> WorldLibrary::known() const {
  std::vector<std::string> names;
  for (const std::string& dir : dirs_) {
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator(dir, error)) {
      const std::string name = entry.path().stem().string();
      if (entry.path().extension() == kSuffix && is_name(name)) names.push_back(name);
    }
  }
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

const Declarations& WorldLibrary::find(const Token& name) {
  if (name.text.ends_with(kSuffix)) return load(std::string(name.text), name);
  for (const std::string& dir : dirs_) {
    const std::string path = (std::filesystem::path(dir) / fmt::format("{}{}", name.text, kSuffix)).string();
    if (is_name(name.text) && is_file(path)) return load(path, name);
  }
  const std::vector<std::string> worlds = known();
  refuse(name.place, fmt::format("there is no world \"{}\"", name.text), {expected(worlds), meant(name.text, worlds)});
}

const Declarations& WorldLibrary::load(const std::string& path, const Token& name) {
  const auto found = loaded_.find(path);
  if (found != loaded_.end()) return found->second;
  if (std::find(loading_.begin(), loading_.end(), path) != loading_.end())
    refuse(name.place, fmt::format("world \"{}\" is like itself", name.text));
  if (!is_file(path)) refuse(name.place, fmt::format("there is no file {}", path));
  loading_.push_back(path);
  std::string text;
  try {
    text = read_file(path);
  } catch (Refused& refused) {
    refused.diagnostic.path = path;
    throw;
  }
  Declarations declared = read(text, path);
  loading_.pop_back();
  return loaded_.emplace(path, std::move(declared)).first->second;
}

}  // namespace hasim
