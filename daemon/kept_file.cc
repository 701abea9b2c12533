// One text after the other.
#include "daemon/kept_file.h"

#include <fcntl.h>

#include <cstdio>
#include <thread>
#include <utility>

#include <boost/asio/post.hpp>

#include "daemon/durable_write.h"
#include "daemon/file_descriptor.h"

namespace hacored {

void KeptFile::write(std::string text, Then then) {
  waiting_.emplace_back(std::move(text), std::move(then));
  if (waiting_.size() == 1) begin();
}

void KeptFile::begin() {
  std::thread{[this, path = path_, text = waiting_.front().first] {
    const bool durable = replace_file(path, text);
    boost::asio::post(io_, [this, durable] {
      const Then then = std::move(waiting_.front().second);
      waiting_.pop_front();
      if (!waiting_.empty()) begin();
      then(durable);
    });
  }}.detach();
}

bool replace_file(const std::string& path, const std::string& text) {
  const std::string next = path + ".next";
  const FileDescriptor file{open(next.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600)};
  return file && write_durably(file.get(), text) && std::rename(next.c_str(), path.c_str()) == 0 &&
         make_name_durable(path);
}

}  // namespace hacored
