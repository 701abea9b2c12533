// Where hasim-cell asks the harness: a Unix socket that all heads and BMCs of a run reach, whatever their networks do.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "netns/descriptor.h"

struct pollfd;

namespace hasim::netns {

/// A question that waits for its answer; when the last copy is gone without one, whoever asked gets none.
class Question {
 public:
  Question(Descriptor client, std::vector<std::string> words)
      : client_(std::make_shared<const Descriptor>(std::move(client))), words_(std::move(words)) {}
  const std::vector<std::string>& words() const { return words_; }
  /// Answers; `descriptor` goes with it, -1 for none. Who asked may have gone.
  void answer(const std::string& text, int descriptor = -1) const;

 private:
  std::shared_ptr<const Descriptor> client_;  ///< shared, so that an answer can be put off
  std::vector<std::string> words_;
};

class Desk {
 public:
  /// Opens it in the folder of the run. Throws `Failure`.
  Desk();
  ~Desk();
  Desk(const Desk&) = delete;
  Desk& operator=(const Desk&) = delete;

  /// What to wait for.
  void add_to(std::vector<pollfd>& waits) const;
  /// What was asked since.
  std::vector<Question> questions();

 private:
  Descriptor door_;
  std::vector<Descriptor> silent_;  ///< came, and have not asked yet
};

}  // namespace hasim::netns
