#include "neural/stack_layer_impl.hpp"

namespace latpred {

StackLayer make_recurrent_layer(const LayerSpec& spec, std::span<const ValueShape> /*inputs*/) {
    refuse_layer(spec, "not there yet");
}

}  // namespace latpred
