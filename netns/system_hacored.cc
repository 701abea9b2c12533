// Our own system: one daemon on each head, which keeps a black box.
#include <fmt/format.h>

#include "netns/files.h"
#include "netns/system.h"

namespace hasim::netns {
namespace {

class Hacored final : public System {
 public:
  std::string_view name() const override { return "hacore"; }
  void write_files(const Plan& plan) const override {
    for (const HeadSpec& head : plan.spec().heads)
      write_file(plan.config_file(head.id), plan.hacore_toml(head.id), 0600);
  }
  std::vector<std::string> program(const Plan& plan, ThingId head) const override {
    return {Plan::program("hacored"), "--config", plan.config_file(head), "--head", plan.spec().name_of(head)};
  }
  bool starts_again() const override { return true; }
  bool reads_power() const override { return true; }
  bool is_ours() const override { return true; }
  std::unique_ptr<Listener> listener(const Plan& plan, const Machine& machine, Stream& stream) const override {
    return std::make_unique<BlackBox>(plan.spec(), machine.spec().id, machine.black_box(), stream);
  }
};

}  // namespace

const System& hacored() {
  static const Hacored system;
  return system;
}

}  // namespace hasim::netns
