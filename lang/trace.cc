// Names and layers of the kinds of events.
#include "lang/trace.h"

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

Layer layer_of(EventKind kind) { return kLayers[static_cast<std::size_t>(kind)]; }

}  // namespace hasim
