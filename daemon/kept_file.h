// A small file that is replaced as a whole, durably, on a thread of its own: a disk that hangs must not stop the core.
#pragma once

#include <deque>
#include <functional>
#include <string>
#include <thread>

#include <boost/asio/io_context.hpp>

namespace hacored {

class KeptFile {
 public:
  using Then = std::function<void(bool durable)>;

  KeptFile(boost::asio::io_context& io, std::string path) : io_{io}, path_{std::move(path)} {}
  /// What is still to be written is written; nobody is told.
  ~KeptFile();
  KeptFile(const KeptFile&) = delete;
  KeptFile& operator=(const KeptFile&) = delete;

  const std::string& path() const { return path_; }
  /// `then` is called from the io_context. What comes while another text is under way to the disk is written after it.
  void write(std::string text, Then then);

 private:
  void begin();

  boost::asio::io_context& io_;
  std::string path_;
  std::deque<std::pair<std::string, Then>> waiting_;  ///< the first one is under way
  std::jthread writing_;
};

/// Replaces a file with that text, durably. Blocks for as long as the disk takes. False: it could not be.
bool replace_file(const std::string& path, const std::string& text);

}  // namespace hacored
