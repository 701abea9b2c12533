// `hactl status`: both directions, and what would happen if the active head died now.
#pragma once

#include <string>

#include <nlohmann/json.hpp>

namespace hactl {

/// The whole screen, from the document of docs/hactl.md.
std::string status_screen(const nlohmann::json& status);
/// One line for a monitoring plug-in, with performance data.
std::string status_line(const nlohmann::json& status);
/// What would happen if …, each failure in a sentence.
std::string forecast_lines(const nlohmann::json& forecasts);

}  // namespace hactl
