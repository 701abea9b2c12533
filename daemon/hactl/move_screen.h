// `hactl makeactive`: what is known before, the question, the steps, and the outcome.
#pragma once

#include <string>

#include <nlohmann/json.hpp>

namespace hactl {

/// Who is what, and whether the way is free.
std::string preflight_screen(const nlohmann::json& preflight);
/// Why it is refused, what unlocks it, and what may be forced.
std::string refusal(const nlohmann::json& preflight);
/// What the move will mean, for the question.
std::string announcement(const nlohmann::json& preflight);
/// One step that ended or failed; empty for one that begins.
std::string step_line(const nlohmann::json& step);

}  // namespace hactl
