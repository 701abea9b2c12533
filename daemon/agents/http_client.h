// One HTTP/1.1 conversation with one server, over TLS or plain, with a time limit for every step.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

namespace hacored::agents {

struct HttpServer {
  std::string host;
  std::uint16_t port = 443;
  bool tls = true;
  bool verify = true;         ///< the certificate: trusted, and of this host
  std::string authorities;    ///< PEM file of who is trusted; empty: whom the system trusts
  std::string authorization;  ///< value of that header; empty: none
};

struct HttpAnswer {
  unsigned status = 0;
  std::string body;
};

/// Failures: `bmc_silent` if there is no answer within `patience`, `cannot_fence` if the certificate is not to be
/// trusted.
class HttpClient {
 public:
  HttpClient(HttpServer server, std::chrono::milliseconds patience);
  ~HttpClient();

  HttpAnswer get(const std::string& path);
  /// `body` is JSON. Sent once: who gets a Failure does not know whether the server acted.
  HttpAnswer post(const std::string& path, const std::string& body);

 private:
  class Conversation;
  std::unique_ptr<Conversation> conversation_;
};

}  // namespace hacored::agents
