// To be preloaded into user-mode Linux: processors with AMX keep more registers than the buffer that Debian 12's kernel
// has for those of a process, and the host then refuses to set them. Here they are always read and set as a whole.
#include <elf.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdarg>
#include <cstring>

namespace {

alignas(64) std::array<char, 32768> all;

long ask_kernel(long request, pid_t process, void* address, void* data) {
  return ::syscall(SYS_ptrace, request, process, address, data);
}

/// What the caller has room for, of all there are.
long registers(long request, pid_t process, void* kind, iovec& callers) {
  iovec whole{all.data(), all.size()};
  if (const long error = ask_kernel(PTRACE_GETREGSET, process, kind, &whole); error < 0) return error;
  const std::size_t size = std::min(callers.iov_len, whole.iov_len);
  if (request == PTRACE_SETREGSET) {
    std::memcpy(all.data(), callers.iov_base, size);
    return ask_kernel(PTRACE_SETREGSET, process, kind, &whole);
  }
  std::memcpy(callers.iov_base, all.data(), size);
  callers.iov_len = size;
  return 0;
}

}  // namespace

extern "C" long ptrace(__ptrace_request request, ...) noexcept {
  std::va_list rest;
  va_start(rest, request);
  const pid_t process = va_arg(rest, pid_t);
  void* const address = va_arg(rest, void*);
  void* const data = va_arg(rest, void*);
  va_end(rest);
  const bool of_a_set = request == PTRACE_GETREGSET || request == PTRACE_SETREGSET;
  if (of_a_set && reinterpret_cast<long>(address) == NT_X86_XSTATE)
    return registers(request, process, address, *static_cast<iovec*>(data));
  if (request > PTRACE_PEEKUSER || request < PTRACE_PEEKTEXT) return ask_kernel(request, process, address, data);
  long word = 0;  // glibc returns what the kernel stores
  const long error = ask_kernel(request, process, address, &word);
  if (error < 0) return error;
  errno = 0;
  return word;
}
