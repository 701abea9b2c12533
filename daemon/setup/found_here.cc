#include "daemon/setup/found_here.h"

#include <fmt/format.h>

#include "daemon/config_text.h"

namespace hacored::setup {
namespace {

std::string key_beside(const Question& question, std::string_view name) {
  return fmt::format("{}.{}", info_of(question.step).name, name);
}

std::string_view own_name(std::size_t self) { return self == 0 ? "first" : "second"; }

}  // namespace

std::optional<std::size_t> self_of(const Machine& machine, const Answers& answers) {
  const std::string name = machine.host_name();
  if (name == answers.text("cell.first")) return 0;
  if (name == answers.text("cell.second")) return 1;
  return std::nullopt;
}

std::vector<std::string> found_here(const Question& question, const Answers& answers, const Machine& machine) {
  if (key_of(question) == "cell.first") return {machine.host_name()};
  const auto self = self_of(machine, answers);
  if (!self || question.row.shape != Shape::ip || question.row.name != own_name(*self)) return {};
  const std::vector<std::string>& interface = answers.texts(key_beside(question, "interface"));
  for (const LocalAddress& one : machine.addresses())
    if (!interface.empty() && one.interface == interface.at(*self))
      return {one.address.substr(0, one.address.find('/'))};
  return {};
}

std::string with_length(const Question& question, std::string line, const Answers& answers, const Machine& machine) {
  const auto self = self_of(machine, answers);
  if (question.row.shape != Shape::network || !read_ip(line) || !self) return line;
  const std::string own = answers.text(key_beside(question, own_name(*self)));
  for (const LocalAddress& one : machine.addresses())
    if (one.address.starts_with(own + "/")) return line + one.address.substr(own.size());
  return line;
}

}  // namespace hacored::setup
