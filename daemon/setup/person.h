// Whoever sits at the terminal.
#pragma once

#include <string>

namespace hacored::setup {

class Person {
 public:
  Person() = default;
  virtual ~Person() = default;
  Person(const Person&) = delete;
  Person& operator=(const Person&) = delete;

  virtual void show(const std::string& text) = 0;
  /// One line without its end. Throws `NobodyAnswers` at the end of the input, `Left` on Ctrl-C.
  virtual std::string line(const std::string& prompt) = 0;
  /// The same, without its letters on the screen.
  virtual std::string secret(const std::string& prompt) = 0;
};

/// The input ended before the question was answered.
struct NobodyAnswers {
  std::string prompt;
};

}  // namespace hacored::setup
