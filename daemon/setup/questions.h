// The table of everything that hacore-setup asks, in the order in which it asks: what cmha-setup asks, and what fencing
// and arbiters need beside. It drives the conversation, the file of answers, "did you mean" and `--keys`.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/config_keys.h"

namespace hacored::setup {

enum class Step : std::uint8_t { cell, internal, management, failover, storage, bmc, pdu, arbiter, services };

struct StepInfo {
  Step step;
  std::string_view name;  ///< of its table in a file of answers
  std::string_view title;
  std::string_view says;  ///< why it is asked
  /// The cell can do without: an answer of "none" to the first question leaves the others out.
  bool optional = false;
};

struct Question {
  Step step;
  KeyInfo row;                 ///< the answer as a key of a TOML file: its name, its shape, how many
  std::string_view asks;       ///< at the terminal; {first} and {second} stand for the names of the heads
  bool optional = false;       ///< may be answered with "none"
  std::string_view same_as{};  ///< without an answer that of this question
  bool secret = false;         ///< is typed unseen, and never shown
  bool asked = true;           ///< or found out by a test, and only a file may say it
};

std::span<const StepInfo> steps();
const StepInfo& info_of(Step);
std::vector<const Question*> questions_of(Step);
/// All of them, in order.
std::span<const Question> questions();
/// "internal.virtual": how a question is named everywhere.
std::string key_of(const Question&);

}  // namespace hacored::setup
