// Sessions of requests and answers, over TLS or plain.
#include "tests/daemon_agents/redfish_emulator.h"

#include <utility>  // Boost 1.74's Asio misses it under C++20

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>

#include <nlohmann/json.hpp>

namespace hacored::agents::testing {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using boost::system::error_code;
using tcp = asio::ip::tcp;
using Request = http::request<http::string_body>;
using Response = http::response<http::string_body>;
using Json = nlohmann::json;

constexpr const char* kSystem = "/redfish/v1/Systems/1";
constexpr const char* kReset = "/redfish/v1/Systems/1/Actions/ComputerSystem.Reset";
constexpr const char* kLogin = "Basic YWRtaW46dGhlPXB3";  // admin:the=pw

Json link_to(const std::string& path) { return Json{{"@odata.id", path}}; }

unsigned reset(RedfishEmulator& bmc, const std::string& body) {
  ++bmc.commands;
  if (bmc.reset_status != 204) return bmc.reset_status;
  const std::string type = Json::parse(body).value("ResetType", "");
  if (type != "ForceOff" && type != "On") return 400;
  if (bmc.lies || bmc.stuck) return 204;
  if (bmc.power == (type == "On")) return 409;
  bmc.power = type == "On";
  return 204;
}

Json machine(const RedfishEmulator& bmc) {
  const char* state = bmc.stuck && bmc.commands > 0 ? "PoweringOff" : bmc.power ? "On" : "Off";
  return {{"@odata.id", kSystem},
          {"UUID", "a1234567-89ab-cdef-a123-456789abcdef"},
          {"PowerState", state},
          {"Links", {{"ManagedBy", Json::array({link_to("/redfish/v1/Managers/1")})}}},
          {"Actions", {{"#ComputerSystem.Reset", {{"target", kReset}}}}}};
}

Response answer(RedfishEmulator& bmc, const Request& request) {
  Response response{http::status::ok, request.version()};
  const std::string path{request.target()};
  const auto say = [&response](unsigned status, const Json& body) {
    response.result(status);
    response.body() = body.dump();
  };
  Json systems = Json::array();
  for (int i = 1; i <= bmc.machines; ++i) systems.push_back(link_to("/redfish/v1/Systems/" + std::to_string(i)));
  if (path == "/redfish/v1")
    say(200, {{"Systems", link_to("/redfish/v1/Systems")}});
  else if (request[http::field::authorization] != kLogin)
    say(401, {{"error", "login"}});
  else if (path == "/redfish/v1/Systems")
    say(200, {{"Members", systems}});
  else if (path == "/redfish/v1/Managers/1")
    say(200, {{"LastResetTime", "2026-11-03T04:12:51+00:00"}});
  else if (path == kSystem && bmc.get_status != 200)
    say(bmc.get_status, {{"error", "made"}});
  else if (path == kSystem)
    say(200, machine(bmc));
  else if (path == kReset && request.method() == http::verb::post)
    response.result(reset(bmc, request.body()));
  else
    say(404, {{"error", "path"}});
  response.keep_alive(request.keep_alive());
  response.prepare_payload();
  return response;
}

/// One connection, request after request.
class Session : public std::enable_shared_from_this<Session> {
 public:
  Session(RedfishEmulator& bmc, tcp::socket socket, asio::ssl::context& tls, bool secure)
      : bmc_(bmc), stream_(std::move(socket), tls), secure_(secure) {}

  void begin() {
    if (!secure_) return read();
    stream_.async_handshake(asio::ssl::stream_base::server, [self = shared_from_this()](const error_code& error) {
      if (!error) self->read();
    });
  }

 private:
  void read() {
    request_ = {};
    const auto then = [self = shared_from_this()](const error_code& error, std::size_t) {
      if (error) return;
      if (self->bmc_.hangs) return self->hang();
      self->write();
    };
    if (secure_)
      http::async_read(stream_, buffer_, request_, then);
    else
      http::async_read(stream_.next_layer(), buffer_, request_, then);
  }

  /// The connection stays open until the client is tired of it.
  void hang() {
    beast::get_lowest_layer(stream_).socket().async_wait(tcp::socket::wait_read,
                                                         [self = shared_from_this()](const error_code&) {});
  }

  void write() {
    response_ = answer(bmc_, request_);
    if (bmc_.hangs_when_ordered && bmc_.commands > 0) {
      bmc_.hangs = true;
      return hang();
    }
    const auto then = [self = shared_from_this()](const error_code& error, std::size_t) {
      if (!error && self->response_.keep_alive()) self->read();
    };
    if (secure_)
      http::async_write(stream_, response_, then);
    else
      http::async_write(stream_.next_layer(), response_, then);
  }

  RedfishEmulator& bmc_;
  beast::ssl_stream<beast::tcp_stream> stream_;
  bool secure_;
  beast::flat_buffer buffer_;
  Request request_;
  Response response_;
};

}  // namespace

class RedfishEmulator::Server {
 public:
  Server(RedfishEmulator& bmc, const std::string& certificate, const std::string& key)
      : bmc_(bmc),
        secure_(!certificate.empty()),
        tls_(asio::ssl::context::tls_server),
        acceptor_(io_, {asio::ip::address_v4::loopback(), 0}) {
    if (secure_) {
      tls_.use_certificate_chain_file(certificate);
      tls_.use_private_key_file(key, asio::ssl::context::pem);
    }
    accept();
  }
  void run() { io_.run(); }
  void stop() { io_.stop(); }
  std::uint16_t port() const { return acceptor_.local_endpoint().port(); }

 private:
  void accept() {
    acceptor_.async_accept([this](const error_code& error, tcp::socket socket) {
      if (!error) {
        socket.set_option(tcp::no_delay{true});
        std::make_shared<Session>(bmc_, std::move(socket), tls_, secure_)->begin();
      }
      accept();
    });
  }

  RedfishEmulator& bmc_;
  bool secure_;
  asio::io_context io_;
  asio::ssl::context tls_;
  tcp::acceptor acceptor_;
};

RedfishEmulator::RedfishEmulator(const std::string& certificate, const std::string& key)
    : server_(std::make_unique<Server>(*this, certificate, key)), thread_([this] { server_->run(); }) {}

RedfishEmulator::~RedfishEmulator() {
  server_->stop();
  thread_.join();
}

std::uint16_t RedfishEmulator::port() const { return server_->port(); }

}  // namespace hacored::agents::testing
