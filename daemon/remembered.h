// Why services began to run on this head, as `hactl why` tells it: the newest ones, and those of earlier starts of
// hacored, because nobody asks before the morning after.
#pragma once

#include <deque>
#include <string>

#include <nlohmann/json.hpp>

namespace hacored {

class Remembered {
 public:
  static constexpr std::size_t kOwnerships = 64;

  /// Of a file that is not there, or cannot be read, nothing is remembered: it tells people, and decides nothing.
  static Remembered of_file(const std::string& path);

  void add(nlohmann::json ownership);
  /// Oldest first.
  const std::deque<nlohmann::json>& ownerships() const { return ownerships_; }
  /// What the file is to say.
  std::string text() const;

 private:
  std::deque<nlohmann::json> ownerships_;
};

}  // namespace hacored
