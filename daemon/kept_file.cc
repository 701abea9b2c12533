// One text after the other.
#include "daemon/kept_file.h"

#include <fcntl.h>

#include <cstdio>
#include <utility>

#include <boost/asio/post.hpp>

#include "daemon/durable_write.h"
#include "daemon/file_descriptor.h"

namespace hacored {

KeptFile::~KeptFile() {
  if (writing_.joinable()) writing_.join();
  if (waiting_.size() > 1) replace_file(path_, waiting_.back().first);
}

void KeptFile::write(std::string text, Then then) {
  waiting_.emplace_back(std::move(text), std::move(then));
  if (waiting_.size() == 1) begin();
}

void KeptFile::begin() {
  writing_ = std::jthread{[this, text = waiting_.front().first] {
    const bool durable = replace_file(path_, text);
    boost::asio::post(io_, [this, durable] {
      const Then then = std::move(waiting_.front().second);
      waiting_.pop_front();
      if (!waiting_.empty()) begin();
      then(durable);
    });
  }};
}

bool replace_file(const std::string& path, const std::string& text) {
  const std::string next = path + ".next";
  const FileDescriptor file{open(next.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600)};
  return file && write_durably(file.get(), text) && std::rename(next.c_str(), path.c_str()) == 0 &&
         make_name_durable(path);
}

}  // namespace hacored
