// A list in a small file of JSON.
#include "daemon/remembered.h"

#include <fstream>

namespace hacored {

using nlohmann::json;

Remembered Remembered::of_file(const std::string& path) {
  Remembered all;
  std::ifstream in{path};
  const json file = json::parse(in, nullptr, false);
  const auto list = file.is_object() ? file.find("ownerships") : file.end();
  if (list == file.end() || !list->is_array()) return all;
  for (const json& one : *list) {
    if (one.is_object()) all.add(one);
  }
  return all;
}

void Remembered::add(json ownership) {
  ownerships_.push_back(std::move(ownership));
  if (ownerships_.size() > kOwnerships) ownerships_.pop_front();
}

std::string Remembered::text() const { return json{{"ownerships", ownerships_}}.dump(1) + "\n"; }

}  // namespace hacored
