// hasim-redfish: the BMC of a head of a cell in namespaces, where the world says that it speaks Redfish. What its
// chassis does and says, the harness decides (netns/chassis.cc).
//
//   certificate FOLDER ADDRESS   makes its key and its certificate
//   serve FOLDER ADDRESS HEAD    is the BMC of that head
#include <CLI/CLI.hpp>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>

#include "netns/programs/ask.h"
#include "netns/redfish/certificate.h"
#include "netns/redfish/service.h"

namespace {

constexpr std::uint16_t kHttps = 443;
constexpr unsigned kUnavailable = 503;

/// Whoever asks waits; a harness that is gone is a broken BMC.
class OfHarness : public hasim::redfish::Machine {
 public:
  explicit OfHarness(std::string head) : head_(std::move(head)) {}

  unsigned log_in(const std::string& from, bool knows_password) override {
    return status(ask("login " + from + (knows_password ? " right" : " wrong")));
  }

  State state() override {
    std::istringstream words{ask("get")};
    State state{kUnavailable, "", "", ""};
    words >> state.status >> state.power >> state.uuid >> state.restarted;
    return state;
  }

  unsigned reset(const std::string& type) override { return status(ask("reset " + type)); }

 private:
  std::string ask(const std::string& what) const {
    const std::string text = hasim::cell::ask("redfish " + head_ + " " + what).text;
    return text.empty() || text == "refused" ? std::to_string(kUnavailable) : text;
  }
  static unsigned status(const std::string& text) {
    return static_cast<unsigned>(std::strtoul(text.c_str(), nullptr, 10));
  }

  std::string head_;
};

void serve(const std::string& folder, const std::string& address, const std::string& head) {
  std::ifstream file{folder + "/login"};
  std::string login;
  std::getline(file, login);
  OfHarness machine{head};
  hasim::redfish::Service{machine, {address, kHttps, folder + "/certificate.pem", folder + "/key.pem", login}}.run();
}

int start(int argc, char** argv) {
  CLI::App app{"hasim-redfish: a part of hasim run --on netns; not to be called by hand"};
  app.require_subcommand(1);
  std::string folder, address, head;
  CLI::App* const certificate = app.add_subcommand("certificate", "makes its key and its certificate");
  CLI::App* const serves = app.add_subcommand("serve", "is the BMC of that head");
  for (CLI::App* one : {certificate, serves}) {
    one->add_option("FOLDER", folder)->required();
    one->add_option("ADDRESS", address)->required();
  }
  serves->add_option("HEAD", head)->required();
  CLI11_PARSE(app, argc, argv);
  if (certificate->parsed())
    hasim::redfish::make_certificate(address, folder + "/certificate.pem", folder + "/key.pem");
  else
    serve(folder, address, head);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return start(argc, argv);
  } catch (const std::exception& failure) {
    std::fprintf(stderr, "hasim-redfish: %s\n", failure.what());
    return 1;
  }
}
