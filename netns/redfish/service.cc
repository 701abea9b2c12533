// Sessions of requests and answers on Beast, over TLS or plain.
#include "netns/redfish/service.h"

#include <utility>  // Boost 1.74's Asio misses it under C++20

#include <openssl/evp.h>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>

#include <nlohmann/json.hpp>

namespace hasim::redfish {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using boost::system::error_code;
using tcp = asio::ip::tcp;
using Request = http::request<http::string_body>;
using Response = http::response<http::string_body>;
using Json = nlohmann::json;

constexpr const char* kRoot = "/redfish/v1";
constexpr const char* kSystems = "/redfish/v1/Systems";
constexpr const char* kSystem = "/redfish/v1/Systems/1";
constexpr const char* kReset = "/redfish/v1/Systems/1/Actions/ComputerSystem.Reset";
constexpr const char* kManager = "/redfish/v1/Managers/1";

Json link_to(const std::string& path) { return Json{{"@odata.id", path}}; }

std::string basic(const std::string& login) {
  std::string encoded((login.size() + 2) / 3 * 4 + 1, '\0');
  const int size =
      EVP_EncodeBlock(reinterpret_cast<unsigned char*>(encoded.data()),
                      reinterpret_cast<const unsigned char*>(login.data()), static_cast<int>(login.size()));
  encoded.resize(static_cast<std::size_t>(size));
  return "Basic " + encoded;
}

struct Answer {
  unsigned status = 200;
  Json body{};
};

Answer systems(Machine& machine) {
  Json members = Json::array();
  for (int i = 1; i <= machine.machines(); ++i) members.push_back(link_to(kSystems + ("/" + std::to_string(i))));
  return {200, {{"Members", members}}};
}

Answer system(Machine& machine) {
  const Machine::State state = machine.state();
  if (state.status != 200) return {state.status};
  return {200,
          {{"@odata.id", kSystem},
           {"UUID", state.uuid},
           {"PowerState", state.power},
           {"Links", {{"ManagedBy", Json::array({link_to(kManager)})}}},
           {"Actions", {{"#ComputerSystem.Reset", {{"target", kReset}}}}}}};
}

Answer manager(Machine& machine) {
  const Machine::State state = machine.state();
  if (state.status != 200) return {state.status};
  return {200, state.restarted.empty() ? Json::object() : Json{{"LastResetTime", state.restarted}}};
}

Answer reset(Machine& machine, const std::string& body) {
  const Json order = Json::parse(body, nullptr, false);
  const std::string type = order.is_object() ? order.value("ResetType", "") : "";
  if (type != "ForceOff" && type != "On" && type != "GracefulShutdown") return {400};
  return {machine.reset(type)};
}

/// To who has logged in.
Answer answer(Machine& machine, const Request& request) {
  const std::string path{request.target()};
  if (request.method() == http::verb::post) return path == kReset ? reset(machine, request.body()) : Answer{404};
  if (path == kSystems) return systems(machine);
  if (path == kSystem) return system(machine);
  if (path == kManager) return manager(machine);
  return {404};
}

/// One connection, request after request.
class Session : public std::enable_shared_from_this<Session> {
 public:
  Session(Machine& machine, tcp::socket socket, asio::ssl::context& tls, bool secure, const std::string& authorization)
      : machine_(machine), stream_(std::move(socket), tls), secure_(secure), authorization_(authorization) {}

  void begin() {
    error_code gone;
    const auto from = beast::get_lowest_layer(stream_).socket().remote_endpoint(gone);
    if (gone) return;
    from_ = from.address().to_string();
    if (!secure_) return read();
    stream_.async_handshake(asio::ssl::stream_base::server, [self = shared_from_this()](const error_code& error) {
      if (!error) self->read();
    });
  }

 private:
  void read() {
    request_ = {};
    const auto then = [self = shared_from_this()](const error_code& error, std::size_t) {
      if (!error) self->act();
    };
    if (secure_)
      http::async_read(stream_, buffer_, request_, then);
    else
      http::async_read(stream_.next_layer(), buffer_, request_, then);
  }

  void act() {
    if (request_.target() == kRoot) return write({200, {{"Systems", link_to(kSystems)}}});
    if (!logged_in_) {
      const unsigned status = machine_.log_in(from_, request_[http::field::authorization] == authorization_);
      if (status != 200) return write({status});
      logged_in_ = true;
    }
    write(answer(machine_, request_));
  }

  /// The connection stays open until the client is tired of it.
  void hang() {
    beast::get_lowest_layer(stream_).socket().async_wait(tcp::socket::wait_read,
                                                         [self = shared_from_this()](const error_code&) {});
  }

  void write(const Answer& answer) {
    if (answer.status == kNoAnswer) return hang();
    response_ = Response{static_cast<http::status>(answer.status), request_.version()};
    if (!answer.body.is_null()) response_.body() = answer.body.dump();
    response_.keep_alive(request_.keep_alive());
    response_.prepare_payload();
    const auto then = [self = shared_from_this()](const error_code& error, std::size_t) {
      if (!error && self->response_.keep_alive()) self->read();
    };
    if (secure_)
      http::async_write(stream_, response_, then);
    else
      http::async_write(stream_.next_layer(), response_, then);
  }

  Machine& machine_;
  beast::ssl_stream<beast::tcp_stream> stream_;
  bool secure_;
  const std::string& authorization_;  ///< of who knows the password
  std::string from_;
  bool logged_in_ = false;
  beast::flat_buffer buffer_;
  Request request_;
  Response response_;
};

}  // namespace

class Service::Server {
 public:
  Server(Machine& machine, const Place& place)
      : machine_(machine),
        secure_(!place.certificate.empty()),
        authorization_(basic(place.login)),
        tls_(asio::ssl::context::tls_server),
        acceptor_(io_, {asio::ip::make_address(place.address), place.port}) {
    if (secure_) {
      tls_.use_certificate_chain_file(place.certificate);
      tls_.use_private_key_file(place.key, asio::ssl::context::pem);
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
        std::make_shared<Session>(machine_, std::move(socket), tls_, secure_, authorization_)->begin();
      }
      accept();
    });
  }

  Machine& machine_;
  bool secure_;
  std::string authorization_;
  asio::io_context io_;
  asio::ssl::context tls_;
  tcp::acceptor acceptor_;
};

Service::Service(Machine& machine, const Place& place) : server_(std::make_unique<Server>(machine, place)) {}
Service::~Service() = default;
void Service::run() { server_->run(); }
void Service::stop() { server_->stop(); }
std::uint16_t Service::port() const { return server_->port(); }

}  // namespace hasim::redfish
