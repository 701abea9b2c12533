// Scenarios and worlds for tests, read from short texts.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "lang/parse.h"

namespace hasim::sample {

inline std::string folder() { return std::string(HASIM_SOURCE_DIR) + "/tests/lang/"; }

inline SearchPath worlds() { return {{folder() + "drafts/worlds"}}; }

inline std::string file_text(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

/// All files below a folder with this ending, sorted.
inline std::vector<std::string> files(const std::string& below, const std::string& ending) {
  std::vector<std::string> found;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(below)) {
    if (entry.path().extension() == ending) found.push_back(entry.path().string());
  }
  std::sort(found.begin(), found.end());
  return found;
}

/// A whole file around body lines; `headers` come behind the world.
inline std::string story(const std::string& body, const std::string& world = "bcm", const std::string& headers = "") {
  return "scenario \"a test\"\nsource   \"guess\"\nworld    " + world + "\n" + headers + "\n" + body;
}

/// The scenario of a text that has to parse.
inline Scenario read(const std::string& text) {
  Parsed parsed = parse_scenario(text, "test.scn", worlds());
  if (const auto* no = std::get_if<Diagnostic>(&parsed)) {
    ADD_FAILURE() << no->show();
    return {};
  }
  return std::get<Scenario>(std::move(parsed));
}

/// The only case of a body that has to parse.
inline Script script(const std::string& body, const std::string& world = "bcm", const std::string& headers = "") {
  Scenario scenario = read(story(body, world, headers));
  return scenario.cases.empty() ? Script{} : std::move(scenario.cases.front());
}

/// What is said about a text that must not parse, without its path: "6:3: error: …" and all that follows.
inline std::string refused(const std::string& text) {
  const Parsed parsed = parse_scenario(text, "test.scn", worlds());
  const auto* no = std::get_if<Diagnostic>(&parsed);
  if (no == nullptr) {
    ADD_FAILURE() << "accepted:\n" << text;
    return {};
  }
  return no->show().substr(std::string("test.scn:").size());
}

/// The message alone.
inline std::string message(const std::string& text) {
  const Parsed parsed = parse_scenario(text, "test.scn", worlds());
  const auto* no = std::get_if<Diagnostic>(&parsed);
  return no == nullptr ? "accepted" : no->message;
}

inline std::vector<std::string> names(const WorldSpec& world, const std::vector<ThingId>& things) {
  std::vector<std::string> all;
  for (const ThingId thing : things) all.push_back(world.name_of(thing));
  return all;
}

}  // namespace hasim::sample
