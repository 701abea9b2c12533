// Chassis Status and Chassis Control by libfreeipmi.
#include "daemon/agents/ipmi/ipmi_device.h"

#include <fmt/core.h>
#include <freeipmi/freeipmi.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <vector>

#include "daemon/agents/agent.h"
#include "daemon/agents/ipmi/login_answers.h"

namespace hacored::agents {
namespace {

constexpr unsigned kRepeatRequest = 250;  // ms; the library's second is too long for a lost packet

struct CloseContext {
  void operator()(ipmi_ctx_t context) const {
    ipmi_ctx_close(context);
    ipmi_ctx_destroy(context);
  }
};
using Context = std::unique_ptr<std::remove_pointer_t<ipmi_ctx_t>, CloseContext>;

struct DestroyAnswer {
  void operator()(fiid_obj_t answer) const { fiid_obj_destroy(answer); }
};
using Answer = std::unique_ptr<std::remove_pointer_t<fiid_obj_t>, DestroyAnswer>;

ha::Reason reason_of(int error) {
  switch (error) {
    case IPMI_ERR_USERNAME_INVALID:
    case IPMI_ERR_PASSWORD_INVALID:
    case IPMI_ERR_K_G_INVALID:
    case IPMI_ERR_PERMISSION:
    case IPMI_ERR_PRIVILEGE_LEVEL_INSUFFICIENT:
    case IPMI_ERR_PRIVILEGE_LEVEL_CANNOT_BE_OBTAINED:
    case IPMI_ERR_AUTHENTICATION_TYPE_UNAVAILABLE:
    case IPMI_ERR_CIPHER_SUITE_ID_UNAVAILABLE:
    case IPMI_ERR_PASSWORD_VERIFICATION_TIMEOUT: return ha::Reason::bmc_login;
    default: return ha::Reason::bmc_silent;
  }
}

[[noreturn]] void fail(ipmi_ctx_t context, std::string_view what) {
  throw Failure{AgentExit::failed, reason_of(ipmi_ctx_errnum(context)),
                fmt::format("{}: {}", what, ipmi_ctx_errormsg(context))};
}

/// Refused by the device itself, with a completion code: it has heard the command and does not execute it.
bool refused(int error) {
  return error == IPMI_ERR_COMMAND_INVALID_OR_UNSUPPORTED || error == IPMI_ERR_BAD_COMPLETION_CODE ||
         error == IPMI_ERR_COMMAND_INVALID_FOR_SELECTED_INTERFACE;
}

std::uint64_t field(const Answer& answer, const char* name) {
  std::uint64_t value = 0;
  if (fiid_obj_get(answer.get(), name, &value) < 1)
    throw Failure{AgentExit::failed, ha::Reason::bmc_silent, fmt::format("the answer says nothing of {}", name)};
  return value;
}

class IpmiDevice : public PowerDevice {
 public:
  explicit IpmiDevice(Context context) : context_(std::move(context)) {}

  Power read() override {
    const Answer answer{fiid_obj_create(tmpl_cmd_get_chassis_status_rs)};
    if (ipmi_cmd_get_chassis_status(context_.get(), answer.get()) < 0) fail(context_.get(), "Get Chassis Status");
    return field(answer, "current_power_state.power_is_on") == 0 ? Power::off : Power::on;
  }

  bool command(Power wanted) override {
    const Answer answer{fiid_obj_create(tmpl_cmd_chassis_control_rs)};
    const auto control = static_cast<std::uint8_t>(wanted == Power::off ? IPMI_CHASSIS_CONTROL_POWER_DOWN
                                                                        : IPMI_CHASSIS_CONTROL_POWER_UP);
    if (ipmi_cmd_chassis_control(context_.get(), control, answer.get()) >= 0) return true;
    if (!refused(ipmi_ctx_errnum(context_.get()))) fail(context_.get(), "Chassis Control");
    log(fmt::format("Chassis Control: {}", ipmi_ctx_errormsg(context_.get())));
    return false;
  }

  /// The system GUID, in the order of its bytes on the wire.
  std::string chassis() override {
    const Answer answer{fiid_obj_create(tmpl_cmd_get_system_guid_rs)};
    std::array<std::uint8_t, 16> guid{};
    if (ipmi_cmd_get_system_guid(context_.get(), answer.get()) < 0 ||
        fiid_obj_get_data(answer.get(), "guid", guid.data(), static_cast<unsigned>(guid.size())) != 16)
      return {};
    std::string text;
    for (const std::uint8_t byte : guid) text += fmt::format("{:02x}", byte);
    return text;
  }

 private:
  Context context_;
};

/// "HOST" or "HOST:PORT", as the library wants it; an IPv6 address in brackets.
std::string host_and_port(const FenceOptions& options) {
  const std::string& host = options.text("ip");
  if (!options.given("ipport")) return host;
  const bool ipv6 = host.find(':') != std::string::npos && host.front() != '[';
  return fmt::format("{}{}{}:{}", ipv6 ? "[" : "", host, ipv6 ? "]" : "", options.number("ipport"));
}

[[noreturn]] void misconfigured(std::string text) {
  throw Failure{AgentExit::wrong_configuration, ha::Reason::none, std::move(text)};
}

std::vector<std::uint8_t> bytes_of(const std::string& hexadecimal) {
  std::vector<std::uint8_t> bytes;
  for (std::size_t at = 0; at < hexadecimal.size(); at += 2) {
    const char* digits = hexadecimal.data() + at;
    std::uint8_t byte = 0;
    if (at + 2 > hexadecimal.size() || std::from_chars(digits, digits + 2, byte, 16).ptr != digits + 2)
      misconfigured("hexadecimal_kg is not hexadecimal");
    bytes.push_back(byte);
  }
  return bytes;
}

std::uint8_t privilege(const std::string& name) {
  if (name == "operator") return IPMI_PRIVILEGE_LEVEL_OPERATOR;
  if (name == "administrator") return IPMI_PRIVILEGE_LEVEL_ADMIN;
  misconfigured(fmt::format("privlvl \"{}\" may not switch power: operator or administrator", name));
}

}  // namespace

FenceAgentDescription ipmi_agent() {
  FenceAgentDescription agent{"fence_hacore_ipmi", "Powers a machine off by its BMC over IPMI 2.0, and reads it off",
                              common_fence_options()};
  const std::vector<FenceOption> own{
      {"lanplus", "", 'P', OptionType::boolean, "1", "IPMI 2.0 (RMCP+); this agent speaks nothing older"},
      {"cipher", "", 'C', OptionType::number, "3", "cipher suite: 3 or 17 on today's BMCs"},
      {"privlvl", "", 'L', OptionType::text, "administrator", "operator or administrator"},
      {"hexadecimal_kg", "", 0, OptionType::text, "", "the BMC key K_g, hexadecimal"},
      {"method", "", 'm', OptionType::text, "onoff", "onoff; a cycle proves nothing and is refused"},
  };
  agent.options.insert(agent.options.end(), own.begin(), own.end());
  return agent;
}

std::unique_ptr<PowerDevice> open_ipmi(const FenceOptions& options) {
  if (!options.boolean("lanplus")) misconfigured("lanplus=0: this agent speaks IPMI 2.0 only");
  if (options.text("method") != "onoff") misconfigured("method: onoff only");
  const std::string host = host_and_port(options);
  const std::vector<std::uint8_t> key = bytes_of(options.text("hexadecimal_kg"));
  Context context{ipmi_ctx_create()};
  if (!context) throw Failure{AgentExit::failed, ha::Reason::none, "no memory"};
  const auto patience = static_cast<unsigned>(std::max<std::int64_t>(options.seconds("login_timeout").count(), 1));
  login_begins();
  // The workaround asks for the privilege that is used instead of for the highest: allowed by the standard, and what
  // more BMCs accept.
  if (ipmi_ctx_open_outofband_2_0(context.get(), host.c_str(), options.text("username").c_str(),
                                  options.text("password").c_str(), key.empty() ? nullptr : key.data(),
                                  static_cast<unsigned>(key.size()), privilege(options.text("privlvl")),
                                  static_cast<std::uint8_t>(std::min<std::uint64_t>(options.number("cipher"), 255)),
                                  patience, std::min(kRepeatRequest, patience),
                                  IPMI_WORKAROUND_FLAGS_OUTOFBAND_2_0_OPEN_SESSION_PRIVILEGE, IPMI_FLAGS_DEFAULT) < 0)
    fail(context.get(), "login at " + host);
  return std::make_unique<IpmiDevice>(std::move(context));
}

}  // namespace hacored::agents
