// One list of fields, which a writer and a reader go through.
#include "cli/real_run.h"

#include <cstring>
#include <type_traits>

namespace hasim {
namespace {

template <class Archive, class R>
void each_field(Archive& archive, R& run) {
  auto& outcome = run.outcome;
  archive(outcome.key, outcome.holds, outcome.hash, outcome.events, outcome.end, outcome.broken, outcome.last_causes,
          outcome.measures, outcome.sometimes, outcome.in_danger, outcome.reached, outcome.deeds,
          outcome.failed_to_start, outcome.written, run.explained, run.events, run.failure);
}

template <class Archive, class B>
requires std::is_same_v<std::remove_const_t<B>, Broken>
void each_field(Archive& archive, B& broken) {
  archive(broken.invariant, broken.line, broken.from, broken.to, broken.message, broken.facts);
}

template <class Archive, class M>
requires std::is_same_v<std::remove_const_t<M>, Measured>
void each_field(Archive& archive, M& measured) { archive(measured.name, measured.value, measured.is_count); }

template <class T>
concept Flat = std::is_trivially_copyable_v<T>;

class Writer {
 public:
  template <class... Fields>
  void operator()(const Fields&... fields) {
    (put(fields), ...);
  }
  std::string take() { return std::move(bytes_); }

 private:
  template <class T>
  void put(const T& value) {
    if constexpr (Flat<T>)
      bytes_.append(reinterpret_cast<const char*>(&value), sizeof value);
    else
      each_field(*this, value);
  }
  template <class T>
  void put(const std::vector<T>& list) {
    put(list.size());
    for (const T& one : list) put(one);
  }
  void put(const std::string& text) {
    put(text.size());
    bytes_ += text;
  }

  std::string bytes_;
};

class Reader {
 public:
  explicit Reader(std::string_view bytes) : bytes_(bytes) {}
  template <class... Fields>
  void operator()(Fields&... fields) {
    (get(fields), ...);
  }
  bool ended_too_early() const { return short_; }

 private:
  std::string_view take(std::size_t size) {
    if (size > bytes_.size()) short_ = true;
    const std::string_view taken = bytes_.substr(0, short_ ? 0 : size);
    bytes_.remove_prefix(taken.size());
    return taken;
  }
  template <class T>
  void get(T& value) {
    if constexpr (Flat<T>) {
      const std::string_view taken = take(sizeof value);
      if (!short_) std::memcpy(&value, taken.data(), sizeof value);
    } else {
      each_field(*this, value);
    }
  }
  template <class T>
  void get(std::vector<T>& list) {
    std::size_t size = 0;
    get(size);
    for (; size > 0 && !short_; --size) {
      T one{};
      get(one);
      list.push_back(std::move(one));
    }
  }
  void get(std::string& text) {
    std::size_t size = 0;
    get(size);
    text = take(size);
  }

  std::string_view bytes_;
  bool short_ = false;
};

}  // namespace

std::string bytes_of(const RealRun& run) {
  Writer writer;
  each_field(writer, run);
  return writer.take();
}

std::optional<RealRun> real_run_of(std::string_view bytes) {
  Reader reader(bytes);
  RealRun run;
  each_field(reader, run);
  if (reader.ended_too_early()) return std::nullopt;
  return run;
}

}  // namespace hasim
