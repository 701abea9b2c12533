// Beast, one asynchronous operation at a time, because only those have time limits.
#include "daemon/agents/http_client.h"

#include <utility>  // Boost 1.74's Asio misses it under C++20

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>

#include <fmt/core.h>

#include "daemon/agents/agent.h"

namespace hacored::agents {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using boost::system::error_code;
using tcp = asio::ip::tcp;

constexpr std::uint64_t kLongestAnswer = 4U << 20;

bool distrusts(const error_code& error) {
  return error.category() == asio::error::get_ssl_category() &&
         ERR_GET_REASON(static_cast<unsigned long>(error.value())) == SSL_R_CERTIFICATE_VERIFY_FAILED;
}

bool is_address(const std::string& host) {
  error_code error;
  asio::ip::make_address(host, error);
  return !error;
}

}  // namespace

class HttpClient::Conversation {
 public:
  Conversation(HttpServer server, std::chrono::milliseconds patience)
      : server_(std::move(server)), patience_(patience), tls_(asio::ssl::context::tls_client) {
    tls_.set_verify_mode(server_.verify ? asio::ssl::verify_peer : asio::ssl::verify_none);
    if (!server_.tls || !server_.verify) return;
    error_code error;
    if (server_.authorities.empty())
      tls_.set_default_verify_paths(error);
    else if (tls_.load_verify_file(server_.authorities, error))
      throw Failure{AgentExit::wrong_configuration, ha::Reason::cannot_fence,
                    fmt::format("{}: {}", server_.authorities, error.message())};
    tls_.set_verify_callback(asio::ssl::host_name_verification(server_.host));
  }

  HttpAnswer exchange(http::verb verb, const std::string& path, const std::string& body) {
    if (!stream_) connect();
    http::request<http::string_body> request{verb, path, 11};
    request.set(http::field::host, server_.host);
    request.set(http::field::accept, "application/json");
    if (!server_.authorization.empty()) request.set(http::field::authorization, server_.authorization);
    if (!body.empty()) {
      request.set(http::field::content_type, "application/json");
      request.body() = body;
    }
    request.prepare_payload();
    http::response_parser<http::string_body> parser;
    parser.body_limit(kLongestAnswer);
    if (server_.tls)
      exchange(*stream_, request, parser);
    else
      exchange(stream_->next_layer(), request, parser);
    if (!parser.get().keep_alive()) stream_.reset();
    return {parser.get().result_int(), std::move(parser.get().body())};
  }

 private:
  using Stream = beast::ssl_stream<beast::tcp_stream>;

  void connect() {
    error_code error;
    tcp::resolver resolver{io_};
    const auto places = resolver.resolve(server_.host, std::to_string(server_.port), error);
    check(error, "name");
    stream_ = std::make_unique<Stream>(io_, tls_);
    finish("connect", [&](auto done) { beast::get_lowest_layer(*stream_).async_connect(places, std::move(done)); });
    beast::get_lowest_layer(*stream_).socket().set_option(tcp::no_delay{true});
    if (!server_.tls) return;
    if (!is_address(server_.host)) SSL_set_tlsext_host_name(stream_->native_handle(), server_.host.c_str());
    finish("TLS", [&](auto done) { stream_->async_handshake(asio::ssl::stream_base::client, std::move(done)); });
  }

  template <class Layer, class Request, class Parser>
  void exchange(Layer& layer, const Request& request, Parser& parser) {
    finish("request", [&](auto done) { http::async_write(layer, request, std::move(done)); });
    beast::flat_buffer buffer;
    finish("answer", [&](auto done) { http::async_read(layer, buffer, parser, std::move(done)); });
  }

  /// Begins one step and returns when it is over: with success, or as a Failure.
  template <class Begin>
  void finish(const char* what, const Begin& begin) {
    error_code result;
    beast::get_lowest_layer(*stream_).expires_after(patience_);
    begin([&result](const error_code& error, const auto&...) { result = error; });
    io_.restart();
    io_.run();
    check(result, what);
  }

  void check(const error_code& error, const char* what) {
    if (!error) return;
    stream_.reset();
    throw Failure{AgentExit::failed, distrusts(error) ? ha::Reason::cannot_fence : ha::Reason::bmc_silent,
                  fmt::format("{}:{}: {}: {}", server_.host, server_.port, what, error.message())};
  }

  HttpServer server_;
  std::chrono::milliseconds patience_;
  asio::io_context io_;
  asio::ssl::context tls_;
  std::unique_ptr<Stream> stream_;
};

HttpClient::HttpClient(HttpServer server, std::chrono::milliseconds patience)
    : conversation_(std::make_unique<Conversation>(std::move(server), patience)) {}
HttpClient::~HttpClient() = default;

HttpAnswer HttpClient::get(const std::string& path) { return conversation_->exchange(http::verb::get, path, {}); }

HttpAnswer HttpClient::post(const std::string& path, const std::string& body) {
  return conversation_->exchange(http::verb::post, path, body);
}

}  // namespace hacored::agents
