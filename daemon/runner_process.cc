// The process that runs programs: one loop over its channel, their output, their ends and their deadlines.
#include "daemon/runner_process.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>

#include <fmt/format.h>

#include "daemon/clock.h"

namespace hacored {
namespace {

// ------------------------------------------------------------------------------------------------------- messages

class Packer {
 public:
  Packer& number(std::uint64_t n) {
    text_.append(reinterpret_cast<const char*>(&n), sizeof n);
    return *this;
  }
  Packer& string(std::string_view s) {
    number(s.size());
    text_ += s;
    return *this;
  }
  std::string take() { return std::move(text_); }

 private:
  std::string text_;
};

class Unpacker {
 public:
  explicit Unpacker(std::string_view text) : text_{text} {}
  std::uint64_t number() {
    std::uint64_t n = 0;
    const std::string_view bytes = take(sizeof n);
    if (bytes.size() == sizeof n) std::memcpy(&n, bytes.data(), sizeof n);
    return n;
  }
  std::string string() { return std::string{take(number())}; }

 private:
  std::string_view take(std::size_t size) {
    const std::string_view part = text_.substr(0, size);
    text_.remove_prefix(part.size());
    return part;
  }
  std::string_view text_;
};

// ------------------------------------------------------------------------------------------------------- programs

/// What must not end this process, and would be inherited by every program.
constexpr std::array kIgnored{SIGINT, SIGTERM, SIGHUP, SIGPIPE};
constexpr int kReadsAtOnce = 16;  ///< of one stream: who prints without end must not keep the others waiting

struct Running {
  std::uint32_t id = 0;
  pid_t pid = -1;
  ha::Instant deadline = ha::kNever;
  int output = -1;
  int errors = -1;
  int failed_exec = -1;  ///< carries errno if the program could not be executed
  bool told = false;     ///< its end was told already: it was too late
  Ended ended;
};

void set_not_blocking(int fd) { fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK); }

void close_all(std::initializer_list<int> fds) {
  for (const int fd : fds) {
    if (fd >= 0) close(fd);
  }
}

/// What hacored has forbidden itself (daemon/private_memory.h).
void allow_core_dumps() {
  rlimit core{};
  if (getrlimit(RLIMIT_CORE, &core) != 0) return;
  core.rlim_cur = core.rlim_max;
  setrlimit(RLIMIT_CORE, &core);
}

/// In the new process: becomes the program.
[[noreturn]] void become(const Program& program, int input, int output, int errors, int failed_exec) {
  setpgid(0, 0);
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  for (const int ignored : kIgnored) signal(ignored, SIG_DFL);
  if (program.input.empty()) allow_core_dumps();  // of a service; who is given secrets may not leave any
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  dup2(input, STDIN_FILENO);
  dup2(output, STDOUT_FILENO);
  dup2(errors, STDERR_FILENO);
  std::vector<std::string> settings{"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C"};
  for (const auto& [name, value] : program.environment) settings.push_back(fmt::format("{}={}", name, value));
  std::vector<char*> arguments;
  std::vector<char*> environment;
  for (const std::string& one : program.arguments) arguments.push_back(const_cast<char*>(one.c_str()));
  for (const std::string& one : settings) environment.push_back(const_cast<char*>(one.c_str()));
  arguments.push_back(nullptr);
  environment.push_back(nullptr);
  execve(arguments[0], arguments.data(), environment.data());
  const int why = errno;
  [[maybe_unused]] const ssize_t told = write(failed_exec, &why, sizeof why);
  _exit(127);
}

class Programs {
 public:
  explicit Programs(int channel) : channel_{channel} {
    sigset_t children;
    sigemptyset(&children);
    sigaddset(&children, SIGCHLD);
    sigprocmask(SIG_BLOCK, &children, nullptr);
    for (const int ignored : kIgnored) signal(ignored, SIG_IGN);  // hacored's end is our end
    ends_ = signalfd(-1, &children, SFD_CLOEXEC | SFD_NONBLOCK);
    prctl(PR_SET_NAME, "hacored-runner");
  }

  [[noreturn]] void serve() {
    std::vector<pollfd> watched;
    for (;;) {
      watched.assign({{channel_, POLLIN, 0}, {ends_, POLLIN, 0}});
      for (const Running& one : running_) {
        if (one.output >= 0) watched.push_back({one.output, POLLIN, 0});
        if (one.errors >= 0) watched.push_back({one.errors, POLLIN, 0});
      }
      const timespec wait = until_deadline();
      ppoll(watched.data(), watched.size(), &wait, nullptr);
      kill_late();
      for (Running& one : running_) {
        drain(one.output, one.ended.output);
        drain(one.errors, one.ended.errors);
      }
      reap();
      if (watched[0].revents != 0) take_request();
    }
  }

 private:
  timespec until_deadline() const {
    ha::Duration wait = std::chrono::seconds{10};
    for (const Running& one : running_) {
      if (!one.told) wait = std::min(wait, std::max(ha::Duration{0}, one.deadline - now()));
    }
    return {.tv_sec = wait.count() / 1'000'000'000, .tv_nsec = wait.count() % 1'000'000'000};
  }

  static void drain(int& fd, std::string& text) {
    std::array<char, 4096> buffer;
    for (int i = 0; i < kReadsAtOnce && fd >= 0; ++i) {
      const ssize_t got = read(fd, buffer.data(), buffer.size());
      if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
      if (got <= 0) {
        close(fd);
        fd = -1;
        return;
      }
      text.append(buffer.data(), std::min(static_cast<std::size_t>(got), kOutputMax - text.size()));
    }
  }

  void tell(std::uint32_t id, const Ended& ended) { send_message(channel_, encode(Answer{id, ended})); }

  void take_request() {
    alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))];
    buffer_.resize(kMessageMax);
    iovec part{buffer_.data(), buffer_.size()};
    msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    message.msg_control = control;
    message.msg_controllen = sizeof control;
    const ssize_t got = recvmsg(channel_, &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (got <= 0) end();
    int socket = -1;
    if (const cmsghdr* with = CMSG_FIRSTHDR(&message); with && with->cmsg_type == SCM_RIGHTS)
      std::memcpy(&socket, CMSG_DATA(with), sizeof socket);
    start(decode_request({buffer_.data(), static_cast<std::size_t>(got)}), socket);
    if (socket >= 0) close(socket);
  }

  void start(const Request& request, int socket) {
    const Program& program = request.program;
    if (program.arguments.empty() || now() >= program.deadline) return tell(request.id, {.code = ETIME});
    int input[2] = {-1, -1}, output[2] = {-1, -1}, errors[2] = {-1, -1}, failed[2] = {-1, -1};
    const bool stays = socket >= 0;
    const bool piped = (stays || (pipe2(input, O_CLOEXEC) == 0 && pipe2(output, O_CLOEXEC) == 0)) &&
                       pipe2(errors, O_CLOEXEC) == 0 && pipe2(failed, O_CLOEXEC) == 0;
    const pid_t pid = piped ? fork() : -1;
    if (pid == 0) become(program, stays ? socket : input[0], stays ? socket : output[1], errors[1], failed[1]);
    if (pid < 0) {
      tell(request.id, {.code = errno});
      return close_all({input[0], input[1], output[0], output[1], errors[0], errors[1], failed[0], failed[1]});
    }
    setpgid(pid, pid);  // here too: whoever comes first
    close_all({input[0], output[1], errors[1], failed[1]});
    for (const int fd : {input[1], output[0], errors[0], failed[0]}) {
      if (fd >= 0) set_not_blocking(fd);
    }
    if (!stays) {
      [[maybe_unused]] const ssize_t given = write(input[1], program.input.data(), program.input.size());
      close(input[1]);
    }
    running_.push_back({.id = request.id,
                        .pid = pid,
                        .deadline = program.deadline,
                        .output = output[0],
                        .errors = errors[0],
                        .failed_exec = failed[0],
                        .told = false,
                        .ended = {}});
  }

  /// Told at once, without waiting for its death: a program that hangs in the kernel does not die.
  void kill_late() {
    const ha::Instant at = now();
    for (Running& one : running_) {
      if (one.told || at < one.deadline) continue;
      kill(-one.pid, SIGKILL);
      one.ended.how = Ended::How::too_late;
      one.told = true;
      tell(one.id, one.ended);
      for (int* fd : {&one.output, &one.errors, &one.failed_exec}) {  // it may hang in the kernel for ever
        if (*fd >= 0) close(*fd);
        *fd = -1;
      }
    }
  }

  void reap() {
    std::array<signalfd_siginfo, 8> said;
    while (read(ends_, said.data(), sizeof said) > 0) {}
    for (std::size_t i = running_.size(); i-- > 0;) {
      int status = 0;
      if (waitpid(running_[i].pid, &status, WNOHANG) != running_[i].pid) continue;
      finish(running_[i], status);
      running_.erase(running_.begin() + static_cast<std::ptrdiff_t>(i));
    }
  }

  void finish(Running& one, int status) {
    drain(one.output, one.ended.output);
    drain(one.errors, one.ended.errors);
    int why = 0;
    const bool executed = read(one.failed_exec, &why, sizeof why) != sizeof why;
    close_all({one.output, one.errors, one.failed_exec});
    if (one.told) return;
    if (!executed) {
      one.ended.code = why;
    } else if (WIFEXITED(status)) {
      one.ended.how = Ended::How::exited;
      one.ended.code = WEXITSTATUS(status);
    } else {
      one.ended.how = Ended::How::killed;
      one.ended.code = WTERMSIG(status);
    }
    tell(one.id, one.ended);
  }

  [[noreturn]] void end() {
    for (const Running& one : running_) kill(-one.pid, SIGKILL);
    _exit(0);
  }

  int channel_;
  int ends_ = -1;
  std::vector<Running> running_;
  std::string buffer_;
};

}  // namespace

std::string encode(const Request& request) {
  Packer out;
  out.number(request.id).number(static_cast<std::uint64_t>(request.program.deadline.time_since_epoch().count()));
  out.string(request.program.input);
  out.number(request.program.arguments.size());
  for (const std::string& one : request.program.arguments) out.string(one);
  out.number(request.program.environment.size());
  for (const auto& [name, value] : request.program.environment) out.string(name).string(value);
  return out.take();
}

std::string encode(const Answer& answer) {
  return Packer{}
      .number(answer.id)
      .number(static_cast<std::uint64_t>(answer.ended.how))
      .number(static_cast<std::uint64_t>(answer.ended.code))
      .string(answer.ended.output)
      .string(answer.ended.errors)
      .take();
}

Request decode_request(std::string_view message) {
  Unpacker in{message};
  Request request;
  request.id = static_cast<std::uint32_t>(in.number());
  request.program.deadline = ha::Instant{ha::Duration{static_cast<std::int64_t>(in.number())}};
  request.program.input = in.string();
  for (std::uint64_t n = std::min<std::uint64_t>(in.number(), message.size()); n > 0; --n)
    request.program.arguments.push_back(in.string());
  for (std::uint64_t n = std::min<std::uint64_t>(in.number(), message.size()); n > 0; --n) {
    std::string name = in.string();
    request.program.environment[std::move(name)] = in.string();
  }
  return request;
}

Answer decode_answer(std::string_view message) {
  Unpacker in{message};
  Answer answer;
  answer.id = static_cast<std::uint32_t>(in.number());
  answer.ended.how = static_cast<Ended::How>(in.number());
  answer.ended.code = static_cast<int>(in.number());
  answer.ended.output = in.string();
  answer.ended.errors = in.string();
  return answer;
}

bool send_message(int channel, std::string_view message, int fd) {
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))]{};
  iovec part{const_cast<char*>(message.data()), message.size()};
  msghdr out{};
  out.msg_iov = &part;
  out.msg_iovlen = 1;
  if (fd >= 0) {
    out.msg_control = control;
    out.msg_controllen = sizeof control;
    cmsghdr* with = CMSG_FIRSTHDR(&out);
    with->cmsg_level = SOL_SOCKET;
    with->cmsg_type = SCM_RIGHTS;
    with->cmsg_len = CMSG_LEN(sizeof fd);
    std::memcpy(CMSG_DATA(with), &fd, sizeof fd);
  }
  return sendmsg(channel, &out, MSG_NOSIGNAL) == static_cast<ssize_t>(message.size());
}

void run_programs(int channel) { Programs{channel}.serve(); }

}  // namespace hacored
