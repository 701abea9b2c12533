// Reading and replacing whole files.
#pragma once

#include <optional>
#include <string>

namespace hasim {

/// The file's bytes, or nothing; then `error` says why ("No such file or directory").
std::optional<std::string> read_file(const std::string& path, std::string& error);

/// Replaces the file in one step: a reader sees the old text or the new one, also after a crash. Keeps its mode.
/// Returns why it could not, or nothing.
std::optional<std::string> replace_file(const std::string& path, const std::string& text);

}  // namespace hasim
