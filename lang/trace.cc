// Names and layers of the kinds of events.
#include "lang/trace.h"

#include "core/event.h"
#include "lang/vocabulary.h"

namespace hasim {

namespace {

constexpr std::array<std::string_view, kEventKinds> kWords{
#define HASIM_X(name, layer, word, fields) word,
    HASIM_EVENTS(HASIM_X)
#undef HASIM_X
};

constexpr std::array<Layer, kEventKinds> kLayers{
#define HASIM_X(name, layer, word, fields) Layer::layer,
    HASIM_EVENTS(HASIM_X)
#undef HASIM_X
};

}  // namespace

std::string_view to_string(EventKind kind) {
  return kind < EventKind::count_ ? kWords[static_cast<std::size_t>(kind)] : "unknown";
}

std::string_view to_string(Layer layer) {
  switch (layer) {
    case Layer::truth: return "truth";
    case Layer::core: return "core";
    case Layer::fault: return "fault";
    case Layer::judge: return "judge";
  }
  return "unknown";
}

std::string_view reply_command(std::uint8_t x) {
  if (x < kToolReply) return ha::to_string(static_cast<ha::CommandKind>(x));
  return static_cast<CommandWord>(x - kToolReply) == CommandWord::clone ? "clone" : "recover";
}

Layer layer_of(EventKind kind) { return kLayers[static_cast<std::size_t>(kind)]; }

}  // namespace hasim
