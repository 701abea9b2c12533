// The daemon's side of the store.
#include "daemon/store_client.h"

#include <sys/socket.h>

#include <boost/asio/buffer.hpp>
#include <boost/asio/post.hpp>

namespace hacored {

using Steady = std::chrono::steady_clock;

StoreClient::StoreClient(boost::asio::io_context& io, Start start, ha::Duration timeout, Tell tell)
    : io_(io), start_(std::move(start)), timeout_(timeout), tell_(std::move(tell)), socket_(io), limit_(io) {}

StoreClient::~StoreClient() { *alive_ = false; }

void StoreClient::send(const StoreRequest& request) {
  if (!socket_.is_open() && !start()) return answer_unknown(request.id);
  open_.push_back({request.id, Steady::now() + timeout_});
  const StoreBlock block = encode(request);
  // A process that hangs with a full socket answers nothing that is open, and is given up when the first of it is due.
  (void)::send(socket_.native_handle(), block.data(), block.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
  if (open_.size() == 1) await_first();
}

/// One that ends as soon as it is started is not started more often than one that hangs.
bool StoreClient::start() {
  if (life_ > 0 && Steady::now() - started_at_ < timeout_) return false;
  started_at_ = Steady::now();
  ++life_;
  const int fd = start_();
  if (fd < 0) return false;
  socket_.assign(fd);
  listen();
  return true;
}

void StoreClient::listen() {
  const auto heard = [this, alive = alive_, life = life_](const boost::system::error_code& error, std::size_t bytes) {
    if (!*alive || life != life_ || error == boost::asio::error::operation_aborted) return;
    if (error) return give_up();
    on_block(std::span{in_}.first(bytes));
    if (socket_.is_open() && life == life_) listen();
  };
  socket_.async_read_some(boost::asio::buffer(in_), heard);
}

/// Answers come in the order of the requests; anything else is a process that nobody should believe.
void StoreClient::on_block(std::span<const std::byte> bytes) {
  const auto answer = decode_answer(bytes);
  if (!answer || open_.empty() || answer->id != open_.front().id) return give_up();
  open_.pop_front();
  await_first();
  tell_(*answer);
}

void StoreClient::await_first() {
  if (open_.empty()) {
    limit_.cancel();
    return;
  }
  limit_.expires_at(open_.front().until);
  limit_.async_wait([this, alive = alive_](const boost::system::error_code& error) {
    if (!error && *alive && !open_.empty() && Steady::now() >= open_.front().until) give_up();
  });
}

void StoreClient::give_up() {
  boost::system::error_code ignored;
  socket_.close(ignored);
  limit_.cancel();
  const std::deque<Open> open = std::exchange(open_, {});
  for (const Open& of : open) answer_unknown(of.id);
}

void StoreClient::answer_unknown(ha::RequestId id) {
  boost::asio::post(io_, [this, alive = alive_, id] {
    if (*alive) tell_({id, ha::Outcome::unknown, {}});
  });
}

}  // namespace hacored
