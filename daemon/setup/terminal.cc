#include "daemon/setup/terminal.h"

#include <poll.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>

#include "daemon/setup/machine.h"

namespace hacored::setup {
namespace {

/// The terminal does not show what is typed, as long as this lives.
class Unseen {
 public:
  Unseen() {
    if (tcgetattr(STDIN_FILENO, &before_) != 0) return;
    termios unseen = before_;
    unseen.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    changed_ = tcsetattr(STDIN_FILENO, TCSANOW, &unseen) == 0;
  }
  ~Unseen() {
    if (!changed_) return;
    tcsetattr(STDIN_FILENO, TCSANOW, &before_);
    std::fputc('\n', stdout);  // the line end was not shown either
  }
  Unseen(const Unseen&) = delete;
  Unseen& operator=(const Unseen&) = delete;

 private:
  termios before_{};
  bool changed_ = false;
};

}  // namespace

void Terminal::show(const std::string& text) {
  const std::string painted = screen_.paint(text);
  std::fwrite(painted.data(), 1, painted.size(), stdout);
  std::fflush(stdout);
}

bool Terminal::more() {
  std::array<pollfd, 2> waits{{{STDIN_FILENO, POLLIN, 0}, {stop_.fd(), POLLIN, 0}}};
  while (poll(waits.data(), waits.size(), -1) < 0)
    if (errno != EINTR) return false;
  if (waits[1].revents != 0) throw Left{};
  std::array<char, 4096> bytes{};
  const ssize_t got = read(STDIN_FILENO, bytes.data(), bytes.size());
  if (got > 0) typed_.append(bytes.data(), static_cast<std::size_t>(got));
  return got > 0;
}

std::string Terminal::next_line(const std::string& prompt) {
  std::size_t end = 0;
  while ((end = typed_.find('\n')) == std::string::npos)
    if (!more()) throw NobodyAnswers{prompt};
  std::string line = typed_.substr(0, end);
  typed_.erase(0, end + 1);
  if (line.ends_with('\r')) line.pop_back();
  return line;
}

std::string Terminal::line(const std::string& prompt) {
  show(prompt);
  return next_line(prompt);
}

std::string Terminal::secret(const std::string& prompt) {
  const Unseen unseen;  // first: who types fast types after the question
  show(prompt);
  return next_line(prompt);
}

}  // namespace hacored::setup
