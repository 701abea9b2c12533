// Figures in the text format of Prometheus (exposition format 0.0.4): families with their help and type, and samples.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>

namespace hacored {

class Figures {
 public:
  using Label = std::pair<std::string_view, std::string_view>;
  using Labels = std::initializer_list<Label>;

  /// Begins a family; the samples that follow are its own. `type`: "counter", "gauge" or "histogram". Names begin with
  /// "hacore_" by themselves.
  void family(std::string_view name, std::string_view type, std::string_view help) {
    name_ = fmt::format("hacore_{}", name);
    text_ += fmt::format("# HELP {} {}\n# TYPE {} {}\n", name_, escaped(help, false), name_, type);
  }

  template <class Number>
  void sample(Number value, Labels labels = {}, std::string_view suffix = "") {
    text_ += name_;
    text_ += suffix;
    if (labels.size() > 0) text_ += shown(labels);
    text_ += fmt::format(" {}\n", value);
  }
  void sample(bool value, Labels labels = {}) { sample(value ? 1 : 0, labels); }

  const std::string& text() const { return text_; }

 private:
  static std::string escaped(std::string_view text, bool quoted);
  static std::string shown(Labels labels);

  std::string text_;
  std::string name_;
};

}  // namespace hacored
