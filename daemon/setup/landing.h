// Files that come into force together: written and made durable beside their places first, so that they can be looked
// at while nothing has changed yet, then renamed over what is there. What has not landed leaves nothing behind.
#pragma once

#include <sys/types.h>

#include <map>
#include <string>
#include <vector>

#include "daemon/file_descriptor.h"

namespace hacored::setup {

class Landing {
 public:
  /// Only one set-up works in a folder. Throws `Refused`.
  explicit Landing(const std::string& folder);
  ~Landing();
  Landing(const Landing&) = delete;
  Landing& operator=(const Landing&) = delete;

  /// Throws `Refused`. With `keep_old` what is there now stays as PATH.old.
  void stage(const std::string& path, const std::string& content, mode_t mode, bool keep_old = false);
  bool staged(const std::string& path) const;
  /// By the path where each will be: where it lies now.
  std::map<std::string, std::string> places() const;
  /// In the order in which they were staged. Throws `Refused` at the first that cannot; those before it have landed.
  void land();
  /// Forgets what was staged.
  void clear();

 private:
  struct File {
    std::string path;
    bool keep_old;
  };
  FileDescriptor lock_;
  std::vector<File> files_;
};

/// The whole content, or "" if it cannot be read.
std::string content_of(const std::string& path);

}  // namespace hacored::setup
