// `hactl explain`, `hactl why` and `hactl budget`: what stands behind the words.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

namespace hactl {

/// A paragraph for a reason, cause or proof of the core, or the list of "reasons", "causes" or "proofs"; dashes count
/// as underscores.
std::optional<std::string> explained(std::string word);
/// All that `explained` knows.
std::vector<std::string> explained_words();

std::string why_screen(const nlohmann::json& why);
/// Why a head is not active.
std::string why_not_screen(const nlohmann::json& status, const std::string& head);
std::string budget_screen(const nlohmann::json& budget);

}  // namespace hactl
