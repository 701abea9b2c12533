// A part that runs holds a lock on a file, which the kernel takes away with it; so who asks the kernel about the lock
// knows. It appends "epoch head sequence" to FOLDER/writes as long as it lives, and answers clients by UDP which record
// was written last. On a storage that takes no writes it goes on with what stands there; on one that fails it answers
// nobody until it can write again. What is wrong with its scripts the harness says: each asks it how long it takes, and
// at its end what comes of it.
#include "netns/programs/part.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <fstream>

#include "netns/programs/ask.h"

namespace hasim::cell {
namespace {

constexpr int kFailed = 1;
constexpr int kStopped = 3;  // of `status`, as LSB says
constexpr int kWriteEveryMs = 20;
constexpr std::size_t kRecordBytes = 32;  ///< so that none lies in two blocks, of which one may be the last
constexpr long kAgainMs = 50;             ///< what hangs is looked at so often
constexpr int kAnswersWithinMs = 200;

struct Part {
  std::string id, lock;
  long start_ms, stop_ms;
  int port;
  std::string folder;
  std::vector<std::string> after;
};

/// The process that holds the lock; 0: nobody.
pid_t holder(const Part& part) {
  const int file = ::open(part.lock.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  struct flock lock {};
  lock.l_type = F_WRLCK;
  const bool asked = file >= 0 && ::fcntl(file, F_GETLK, &lock) == 0;
  if (file >= 0) ::close(file);
  return asked && lock.l_type != F_UNLCK ? lock.l_pid : 0;
}

// ---------------------------------------------------------------------------------------------------------------
// Its life

int listen_at(int port) {
  const int clients = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  sockaddr_in any{};
  any.sin_family = AF_INET;
  any.sin_port = htons(static_cast<std::uint16_t>(port));
  (void)::bind(clients, reinterpret_cast<sockaddr*>(&any), sizeof any);
  return clients;
}

/// Of a disk array, and by the kernel's NFS client, what is not synchronous lies in the memory of this head, and is
/// lost with it; nfsfuse has written it when write(2) returns.
int synchronous(const std::string& folder) {
  struct statfs of {};
  if (::statfs(folder.c_str(), &of) != 0) return 0;
  return of.f_type == EXT4_SUPER_MAGIC || of.f_type == NFS_SUPER_MAGIC ? O_DSYNC : 0;
}

/// 0, or the errno: then nothing was written.
int append(int file, std::string record) {
  record.resize(std::max(record.size(), kRecordBytes - 1), ' ');
  record += '\n';
  return ::write(file, record.data(), record.size()) < 0 ? errno : 0;
}

[[noreturn]] void serve(const Part& part) {
  ::setsid();
  const sched_param urgent{.sched_priority = 2};  // as far as the machine lets it: clients wait for it
  (void)::sched_setscheduler(0, SCHED_RR, &urgent);
  const int nothing = ::open("/dev/null", O_RDWR);
  for (int fd = 0; fd < 3; ++fd) ::dup2(nothing, fd);
  ::close_range(3, ~0U, 0);
  const int file = ::open(part.lock.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  struct flock mine {};
  mine.l_type = F_WRLCK;
  const int clients = listen_at(part.port);
  if (::fcntl(file, F_SETLK, &mine) != 0) ::_exit(kFailed);
  const char* epoch = std::getenv("HACORE_EPOCH");
  const std::string me = std::string(epoch == nullptr ? "0" : epoch) + " " + host_name();
  const int writes = part.folder == "-"
                         ? -1
                         : ::open((part.folder + "/writes").c_str(),
                                  O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | synchronous(part.folder), 0644);
  std::string answer = me;
  for (long sequence = 1;;) {
    const std::string record = me + " " + std::to_string(sequence);
    const int error = writes < 0 ? 0 : append(writes, record);
    if (error == 0) ++sequence;
    if (writes >= 0 && error == 0) (answer = record).append("\n").append(record);  // twice, for whoever gets it damaged
    const bool serves = error == 0 || error == ENOSPC || error == EROFS;
    pollfd asked{clients, POLLIN, 0};
    for (int waited = 0; waited<kWriteEveryMs&& ::poll(&asked, 1, kWriteEveryMs - waited)> 0;) {
      sockaddr_in who{};
      socklen_t size = sizeof who;
      std::array<char, 64> question{};
      const ssize_t got =
          ::recvfrom(clients, question.data(), question.size(), 0, reinterpret_cast<sockaddr*>(&who), &size);
      if (got > 0 && serves)
        (void)::sendto(clients, answer.data(), answer.size(), 0, reinterpret_cast<sockaddr*>(&who), size);
      waited += kWriteEveryMs / 4;  // a client that asks all the time does not keep it from writing
    }
  }
}

// ---------------------------------------------------------------------------------------------------------------
// Its scripts

Answer asked(const Part& part, const std::string& what) {
  return ask("part " + host_name() + " " + part.id + " " + what);
}

/// Takes the time that the harness says, else `usual`.
void take_time(const Part& part, const std::string& action, long usual) {
  const std::string text = asked(part, action + " begins").text;
  sleep_ms(text.empty() || text == "as-usual" ? usual : std::stol(text));
}

/// What comes of it; what hangs goes on when the harness lets it.
std::string outcome(const Part& part, const std::string& action) {
  for (;; sleep_ms(kAgainMs)) {
    std::string text = asked(part, action + " ends").text;
    if (text != "hangs") return text;
  }
}

/// Somebody answers there, as clients are answered: from whichever address its kernel takes.
bool is_served(const std::string& place) {
  const std::size_t colon = place.find(':');
  sockaddr_in there{};
  there.sin_family = AF_INET;
  there.sin_port = htons(static_cast<std::uint16_t>(std::stoi(place.substr(colon + 1))));
  ::inet_pton(AF_INET, place.substr(0, colon).c_str(), &there.sin_addr);
  const int question = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  pollfd answer{question, POLLIN, 0};
  const bool served = ::sendto(question, "?", 1, 0, reinterpret_cast<sockaddr*>(&there), sizeof there) == 1 &&
                      ::poll(&answer, 1, kAnswersWithinMs) == 1;
  ::close(question);
  return served;
}

int start(const Part& part) {
  if (holder(part) != 0) return 0;
  take_time(part, "start", part.start_ms);
  for (const std::string& place : part.after)
    while (!is_served(place)) sleep_ms(kAgainMs);
  if (outcome(part, "start") != "well") return kFailed;
  const pid_t child = ::fork();
  if (child < 0) return kFailed;
  if (child == 0) serve(part);
  for (int looks = 0; looks < 1000; ++looks) {
    if (holder(part) != 0) return 0;
    sleep_ms(2);
  }
  return kFailed;
}

/// A stop by force asks nobody.
int stop(const Part& part, bool patient) {
  if (patient) take_time(part, "stop", part.stop_ms);
  if (patient && outcome(part, "stop") != "well") return kFailed;
  while (const pid_t running = holder(part)) {
    ::kill(running, SIGKILL);
    sleep_ms(2);
  }
  return 0;
}

/// Who called wants to know how it is, and is not looking at what it has just started or stopped.
bool is_check() {
  std::ifstream words{"/proc/" + std::to_string(::getppid()) + "/cmdline"};
  std::string program, action;
  std::getline(words, program, '\0');
  std::getline(words, action, '\0');
  return action == "status";
}

int status(const Part& part) {
  std::string text;
  if (is_check()) {
    take_time(part, "check", 0);
    text = outcome(part, "check");
  }
  return text == "lies" || holder(part) != 0 ? 0 : kStopped;
}

}  // namespace

int part_of_service(const std::vector<std::string>& words) {
  if (words.size() < 6) return kFailed;
  const Part part{words[1],
                  "/dev/shm/hasim/" + host_name() + "/parts/" + words[1],
                  std::stol(words[2]),
                  std::stol(words[3]),
                  std::stoi(words[4]),
                  words[5],
                  {words.begin() + 6, words.end()}};
  if (words[0] == "status") return status(part);
  if (words[0] == "start") return start(part);
  if (words[0] == "stop") return stop(part, true);
  return words[0] == "kill" ? stop(part, false) : kFailed;
}

}  // namespace hasim::cell
