// hasim-cell: what runs on the heads and BMCs of a cell in namespaces, beside the real programs.
//
//   part ACTION LOCK START_MS STOP_MS PORT FOLDER   a service's program: started, stopped and asked as an init script
//   chassis HEAD get|set …                          the chassis program of an IPMI emulator: asks the harness
//   mount EXPORT DIRECTORY …                        mount.hasim(8): gets the exported folder from the harness
//   reset                                           resets this head: asks the harness
//
// A part that runs holds a lock on LOCK, which the kernel takes away with it; so who asks the kernel about the lock
// knows. It answers clients at PORT, and writes "epoch head sequence" into FOLDER/writes as long as it lives.
#include <arpa/inet.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

namespace {

constexpr const char* kDesk = "/dev/shm/hasim/desk";
constexpr int kFailed = 1;
constexpr int kStopped = 3;  // of `status`, as LSB says
constexpr int kWriteEveryMs = 20;

using Words = std::vector<std::string>;

void sleep_ms(long ms) {
  timespec left{ms / 1000, ms % 1000 * 1'000'000};
  while (::nanosleep(&left, &left) != 0) {}
}

std::string host_name() {
  std::array<char, 256> name{};
  return ::gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "";
}

// ---------------------------------------------------------------------------------------------------------------
// The harness

/// Sends a line to the harness; what it answers, and the descriptor that came with it (-1: none).
struct Answer {
  std::string text;
  int descriptor = -1;
};

Answer ask(const std::string& line) {
  const int desk = ::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, kDesk, sizeof address.sun_path - 1);
  if (desk < 0 || ::connect(desk, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 ||
      ::send(desk, line.data(), line.size(), MSG_NOSIGNAL) < 0)
    return {};
  std::array<char, 512> text{};
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int))> control{};
  iovec part{text.data(), text.size()};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = control.data();
  message.msg_controllen = control.size();
  const ssize_t got = ::recvmsg(desk, &message, MSG_CMSG_CLOEXEC);
  if (got <= 0) return {};
  Answer answer{std::string(text.data(), static_cast<std::size_t>(got)), -1};
  if (const cmsghdr* carried = CMSG_FIRSTHDR(&message); carried != nullptr && carried->cmsg_type == SCM_RIGHTS)
    std::memcpy(&answer.descriptor, CMSG_DATA(carried), sizeof answer.descriptor);
  return answer;
}

int chassis(const Words& words) {
  std::string line = "chassis";
  for (const std::string& word : words) line += " " + word;
  const Answer answer = ask(line);
  if (answer.text.empty() || answer.text == "refused") return kFailed;
  std::fputs(answer.text == "done" ? "" : answer.text.c_str(), stdout);
  return 0;
}

int mount_export(const Words& words) {
  if (words.size() < 2) return kFailed;
  const Answer answer = ask("mount " + host_name() + " " + words[0]);
  if (answer.descriptor < 0) {
    std::fprintf(stderr, "mount.hasim: %s: %s\n", words[0].c_str(), answer.text.c_str());
    return kFailed;
  }
  if (::move_mount(answer.descriptor, "", AT_FDCWD, words[1].c_str(), MOVE_MOUNT_F_EMPTY_PATH) == 0) return 0;
  std::perror("mount.hasim: move_mount");
  return kFailed;
}

int reset(const Words&) { return ask("reset " + host_name()).text == "done" ? 0 : kFailed; }

// ---------------------------------------------------------------------------------------------------------------
// A part of a service

struct Part {
  const char* lock;
  long start_ms, stop_ms;
  int port;
  std::string folder;
};

/// The process that holds the lock; 0: nobody.
pid_t holder(const Part& part) {
  const int file = ::open(part.lock, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  struct flock lock {};
  lock.l_type = F_WRLCK;
  const bool asked = file >= 0 && ::fcntl(file, F_GETLK, &lock) == 0;
  if (file >= 0) ::close(file);
  return asked && lock.l_type != F_UNLCK ? lock.l_pid : 0;
}

int listen_at(int port) {
  const int clients = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  sockaddr_in any{};
  any.sin_family = AF_INET;
  any.sin_port = htons(static_cast<std::uint16_t>(port));
  (void)::bind(clients, reinterpret_cast<sockaddr*>(&any), sizeof any);
  return clients;
}

[[noreturn]] void serve(const Part& part) {
  ::setsid();
  const sched_param urgent{.sched_priority = 2};  // as far as the machine lets it: clients wait for it
  (void)::sched_setscheduler(0, SCHED_RR, &urgent);
  const int nothing = ::open("/dev/null", O_RDWR);
  for (int fd = 0; fd < 3; ++fd) ::dup2(nothing, fd);
  ::close_range(3, ~0U, 0);
  const int file = ::open(part.lock, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  struct flock mine {};
  mine.l_type = F_WRLCK;
  const int clients = listen_at(part.port);
  if (::fcntl(file, F_SETLK, &mine) != 0) ::_exit(kFailed);
  const char* epoch = std::getenv("HACORE_EPOCH");
  const std::string me = std::string(epoch == nullptr ? "0" : epoch) + " " + host_name();
  const int writes = part.folder == "-"
                         ? -1
                         : ::open((part.folder + "/writes").c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  for (long sequence = 1;; ++sequence) {
    const std::string record = me + " " + std::to_string(sequence) + "\n";
    if (writes >= 0 && ::write(writes, record.data(), record.size()) < 0) ::_exit(kFailed);
    pollfd asked{clients, POLLIN, 0};
    for (int waited = 0; waited<kWriteEveryMs&& ::poll(&asked, 1, kWriteEveryMs - waited)> 0;) {
      sockaddr_in who{};
      socklen_t size = sizeof who;
      std::array<char, 64> question{};
      const ssize_t got =
          ::recvfrom(clients, question.data(), question.size(), 0, reinterpret_cast<sockaddr*>(&who), &size);
      if (got > 0) (void)::sendto(clients, me.data(), me.size(), 0, reinterpret_cast<sockaddr*>(&who), size);
      waited += kWriteEveryMs / 4;  // a client that asks all the time does not keep it from writing
    }
  }
}

int start(const Part& part) {
  if (holder(part) != 0) return 0;
  sleep_ms(part.start_ms);
  const pid_t child = ::fork();
  if (child < 0) return kFailed;
  if (child == 0) serve(part);
  for (int looks = 0; looks < 1000; ++looks) {
    if (holder(part) != 0) return 0;
    sleep_ms(2);
  }
  return kFailed;
}

int stop(const Part& part, bool patient) {
  if (patient) sleep_ms(part.stop_ms);
  while (const pid_t running = holder(part)) {
    ::kill(running, SIGKILL);
    sleep_ms(2);
  }
  return 0;
}

int part_of_service(const Words& words) {
  if (words.size() != 6) return kFailed;
  const Part part{words[1].c_str(), std::stol(words[2]), std::stol(words[3]), std::stoi(words[4]), words[5]};
  if (words[0] == "status") return holder(part) != 0 ? 0 : kStopped;
  if (words[0] == "start") return start(part);
  if (words[0] == "stop") return stop(part, true);
  return words[0] == "kill" ? stop(part, false) : kFailed;
}

}  // namespace

int main(int argc, char** argv) {
  const std::string what = argc > 1 ? argv[1] : "";
  const Words words(argv + std::min(argc, 2), argv + argc);
  if (what == "part") return part_of_service(words);
  if (what == "chassis") return chassis(words);
  if (what == "mount") return mount_export(words);
  if (what == "reset") return reset(words);
  std::fputs("hasim-cell: a part of hasim run --on netns; not to be called by hand\n", stderr);
  return 2;
}
