// What of Redfish a fence agent needs.
#include "daemon/agents/redfish_device.h"

#include <fmt/core.h>
#include <openssl/evp.h>

#include <nlohmann/json.hpp>

#include "daemon/agents/agent.h"
#include "daemon/agents/http_client.h"

namespace hacored::agents {
namespace {

using Json = nlohmann::json;

std::string base64(const std::string& text) {
  std::string encoded((text.size() + 2) / 3 * 4 + 1, '\0');
  const int size = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(encoded.data()),
                                   reinterpret_cast<const unsigned char*>(text.data()), static_cast<int>(text.size()));
  encoded.resize(static_cast<std::size_t>(size));
  return encoded;
}

bool succeeded(unsigned status) { return status >= 200 && status < 300; }

/// What an answer that is no success means. A server that is busy or broken may be well in a moment (`bmc_silent`,
/// tried again); one that does not know the path will not learn it.
[[noreturn]] void refuse(const std::string& path, unsigned status) {
  const bool login = status == 401 || status == 403;
  const bool passes = status == 408 || status == 429 || status >= 500;
  throw Failure{AgentExit::failed,
                login    ? ha::Reason::bmc_login
                : passes ? ha::Reason::bmc_silent
                         : ha::Reason::cannot_fence,
                fmt::format("{}: HTTP status {}{}", path, status, login ? ", the login is refused" : "")};
}

/// The text at this place of the document; empty if there is none.
std::string text_at(const Json& document, const char* pointer) {
  const Json::json_pointer place{pointer};
  return document.contains(place) && document.at(place).is_string() ? document.at(place).get<std::string>() : "";
}

class RedfishDevice : public PowerDevice {
 public:
  explicit RedfishDevice(const FenceOptions& options) : http_(server(options), options.seconds("login_timeout")) {
    system_ = options.given("systems_uri") ? options.text("systems_uri") : only_system(options.text("redfish_uri"));
    // Found out before the command, so that a failure of the command is of the command alone.
    reset_ = text_at(get(system_), "/Actions/#ComputerSystem.Reset/target");
    if (reset_.empty()) reset_ = system_ + "/Actions/ComputerSystem.Reset";
  }

  Power read() override {
    const std::string state = text_at(get(system_), "/PowerState");
    if (state != state_) log(fmt::format("{} reads {}", system_, state.empty() ? "no power state" : state));
    state_ = state;
    if (state == "Off") return Power::off;
    // Whoever is powering off, or is paused, may still write.
    if (state == "On" || state == "PoweringOn" || state == "PoweringOff" || state == "Paused") return Power::on;
    throw Failure{AgentExit::failed, ha::Reason::bmc_silent, fmt::format("{} says no power state", system_)};
  }

  bool command(Power wanted) override {
    const Json body{{"ResetType", wanted == Power::off ? "ForceOff" : "On"}};
    const unsigned status = http_.post(reset_, body.dump()).status;
    if (succeeded(status)) return true;
    if (status == 401 || status == 403 || status == 408 || status == 429 || status >= 500) refuse(reset_, status);
    log(fmt::format("{}: HTTP status {}{}", reset_, status, status == 409 ? ", not in this state" : ""));
    return false;
  }

  std::string chassis() override { return text_at(get(system_), "/UUID"); }

  /// When the manager last started. Older ones do not say.
  std::string session() override {
    const std::string manager = text_at(get(system_), "/Links/ManagedBy/0/@odata.id");
    if (manager.empty()) return {};
    const HttpAnswer answer = http_.get(manager);
    return succeeded(answer.status) ? text_at(Json::parse(answer.body, nullptr, false), "/LastResetTime") : "";
  }

 private:
  static HttpServer server(const FenceOptions& options) {
    HttpServer server;
    server.host = options.text("ip");
    server.tls = options.boolean("ssl");
    server.port = static_cast<std::uint16_t>(options.given("ipport") ? options.number("ipport")
                                             : server.tls            ? 443
                                                                     : 80);
    server.verify = !options.boolean("ssl_insecure");
    server.authorities = options.text("ssl_ca_file");
    if (options.given("username"))
      server.authorization = "Basic " + base64(options.text("username") + ":" + options.text("password"));
    return server;
  }

  Json get(const std::string& path) {
    const HttpAnswer answer = http_.get(path);
    if (!succeeded(answer.status)) refuse(path, answer.status);
    Json document = Json::parse(answer.body, nullptr, false);
    if (document.is_discarded())
      throw Failure{AgentExit::failed, ha::Reason::bmc_silent, fmt::format("{}: the answer is no JSON", path)};
    return document;
  }

  /// A BMC of several machines must be told which one: the first is as good as a wrong one.
  std::string only_system(const std::string& service) {
    std::string systems = text_at(get(service), "/Systems/@odata.id");
    if (systems.empty()) systems = service + "/Systems";
    const Json members = get(systems).value("Members", Json::array());
    if (members.size() != 1)
      throw Failure{AgentExit::wrong_configuration, ha::Reason::cannot_fence,
                    fmt::format("{} lists {} systems: set systems_uri", systems, members.size())};
    return text_at(members.front(), "/@odata.id");
  }

  HttpClient http_;
  std::string system_;
  std::string reset_;  ///< where its power is ordered
  std::string state_;  ///< as it was read last
};

}  // namespace

FenceAgentDescription redfish_agent() {
  FenceAgentDescription agent{"fence_hacore_redfish", "Powers a machine off by its BMC over Redfish, and reads it off",
                              common_fence_options()};
  const std::vector<FenceOption> own{
      {"ssl", "", 'z', OptionType::boolean, "1", "TLS; without it the password goes over the network as it is"},
      {"ssl_secure", "", 0, OptionType::boolean, "1", "the certificate is verified; so it is anyway"},
      {"ssl_insecure", "", 0, OptionType::boolean, "0", "the certificate is not verified"},
      {"ssl_ca_file", "", 0, OptionType::text, "",
       "PEM file of the one authority that is trusted; without it those of the system"},
      {"redfish_uri", "", 0, OptionType::text, "/redfish/v1", "path of the service"},
      {"systems_uri", "", 0, OptionType::text, "", "path of the machine; not needed where the BMC has one"},
  };
  agent.options.insert(agent.options.end(), own.begin(), own.end());
  return agent;
}

std::unique_ptr<PowerDevice> open_redfish(const FenceOptions& options) {
  return std::make_unique<RedfishDevice>(options);
}

}  // namespace hacored::agents
