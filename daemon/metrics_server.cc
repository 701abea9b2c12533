#include "daemon/metrics_server.h"

#include <optional>

#include <fmt/format.h>
#include <boost/asio/ip/address.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>

#include "daemon/clock.h"
#include "daemon/refused.h"

namespace hacored {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

constexpr std::size_t kRequestMax = 8192;
constexpr const char* kTextFormat = "text/plain; version=0.0.4; charset=utf-8";

tcp::endpoint endpoint_of(const std::string& text) {
  const std::size_t colon = text.rfind(':');
  std::string host = text.substr(0, colon);
  if (host.size() > 2 && host.front() == '[') host = host.substr(1, host.size() - 2);
  return {asio::ip::make_address(host), static_cast<std::uint16_t>(std::stoul(text.substr(colon + 1)))};
}

}  // namespace

/// One request and its answer; then it hangs up.
class MetricsServer::Conversation : public std::enable_shared_from_this<Conversation> {
 public:
  Conversation(tcp::socket socket, std::shared_ptr<MetricsServer*> server)
      : stream_{std::move(socket)}, server_{std::move(server)} {
    ++(*server_)->open_;
  }
  ~Conversation() {
    if (*server_) --(*server_)->open_;
  }
  Conversation(const Conversation&) = delete;
  Conversation& operator=(const Conversation&) = delete;

  void begin() {
    stream_.expires_after((*server_)->conversation_max_);
    parser_.header_limit(kRequestMax);
    http::async_read_header(stream_, buffer_, parser_, [me = shared_from_this()](error_code error, std::size_t) {
      if (!error && *me->server_) me->answer();
    });
  }

 private:
  void answer() {
    const auto& request = parser_.get();
    answer_.version(request.version());
    answer_.keep_alive(false);
    const bool reads = request.method() == http::verb::get || request.method() == http::verb::head;
    if (!reads) {
      answer_.set(http::field::allow, "GET, HEAD");
      say(http::status::method_not_allowed, "only GET\n");
    } else if (request.target() != "/metrics") {
      say(http::status::not_found, "only /metrics\n");
    } else {
      say(http::status::ok, (*server_)->page());
    }
    if (request.method() == http::verb::head) answer_.body().clear();  // its length was said already
    http::async_write(stream_, answer_, [me = shared_from_this()](error_code, std::size_t) {
      error_code ignored;
      me->stream_.socket().shutdown(tcp::socket::shutdown_send, ignored);
    });
  }

  void say(http::status status, const std::string& text) {
    answer_.result(status);
    answer_.set(http::field::content_type, status == http::status::ok ? kTextFormat : "text/plain");
    answer_.body() = text;
    answer_.prepare_payload();
  }

  beast::tcp_stream stream_;
  std::shared_ptr<MetricsServer*> server_;
  beast::flat_buffer buffer_{kRequestMax};
  http::request_parser<http::empty_body> parser_;
  http::response<http::string_body> answer_;
};

MetricsServer::MetricsServer(asio::io_context& io, const std::string& address, Page page,
                             std::chrono::milliseconds conversation_max)
    : make_page_{std::move(page)},
      conversation_max_{conversation_max},
      self_{std::make_shared<MetricsServer*>(this)},
      acceptor_{io},
      again_{io} {
  try {
    const tcp::endpoint here = endpoint_of(address);
    acceptor_.open(here.protocol());
    acceptor_.set_option(tcp::acceptor::reuse_address(true));
    acceptor_.bind(here);
    acceptor_.listen(kConnections);
  } catch (const boost::system::system_error& error) {
    throw Refused(fmt::format("metrics at {}: {}", address, error.code().message()));
  }
  accept();
}

MetricsServer::~MetricsServer() { *self_ = nullptr; }

void MetricsServer::accept() {
  acceptor_.async_accept([this](error_code error, tcp::socket socket) {
    if (error == asio::error::operation_aborted) return;
    if (!error) {
      if (open_ < kConnections) std::make_shared<Conversation>(std::move(socket), self_)->begin();
      return accept();
    }
    again_.expires_after(std::chrono::seconds{1});
    again_.async_wait([this](error_code cancelled) {
      if (!cancelled) accept();
    });
  });
}

const std::string& MetricsServer::page() {
  const ha::Instant at = now();
  if (at - made_at_ >= kFresh || page_.empty()) {
    page_ = make_page_();
    made_at_ = at;
  }
  return page_;
}

}  // namespace hacored
