#include "neural/registry.hpp"

#include "neural/block_sequence.hpp"
#include "neural/brp_nas.hpp"
#include "neural/combined.hpp"
#include "neural/device_network_model.hpp"
#include "neural/frozen_features_fitter.hpp"
#include "neural/graph_fitter.hpp"
#include "neural/graph_model.hpp"
#include "neural/hardware_mlp_fitter.hpp"
#include "neural/help.hpp"
#include "neural/help_model.hpp"
#include "neural/mlp_fitter.hpp"
#include "neural/mlp_objective.hpp"
#include "neural/multipredict.hpp"
#include "neural/nasflat.hpp"
#include "neural/tuning_methods.hpp"
#include "predictors/registry.hpp"

namespace latpred {

void register_neural() {
    register_predictor("mlp", &load_mlp_objective);
    register_predictor("hardware-mlp", &load_hardware_mlp);
    register_predictor("frozen-features", &load_frozen_features);
    register_fitter("frozen-features", &make_frozen_features_fitter);
    register_predictor("graph", &load_graph_model);
    register_fitter("graph", &make_network_fitter<GraphKind>);
    register_predictor("block-sequence", &load_block_sequence);
    register_fitter("block-sequence", &make_network_fitter<BlockSequenceKind>);
    register_fitter("mlp", &make_mlp_fitter);
    register_device_fitter("hardware-mlp", &make_hardware_mlp_fitter);
    register_predictor("nasflat", &load_device_network);
    register_device_fitter(
        "nasflat", [](FitterSettings& settings) { return make_nasflat_fitter(settings, nullptr); });
    register_predictor("help", &load_help);
    register_device_fitter("help", &make_help_fitter);
    register_published_inputs();
    register_predictor("multipredict", &load_device_network);
    register_device_fitter("multipredict", [](FitterSettings& settings) {
        return make_multipredict_fitter(settings, nullptr);
    });
    register_predictor("combined", &load_combined);
    register_device_fitter("combined", &make_combined_fitter);
    register_predictor("brp-nas", &load_brp_nas);
    register_fitter("brp-nas", &make_network_fitter<BrpNasKind>);
    register_device_fitter("brp-nas", &make_brp_nas_devices);
    register_mlp_tuning();
}

}  // namespace latpred
