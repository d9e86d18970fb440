// The predictor over graphs as a fitter.
#pragma once

#include "neural/graph_training.hpp"
#include "neural/network_fitter.hpp"

namespace latpred {

/// See latpred.GraphPredictor.
struct GraphKind {
    using Settings = GraphSettings;
    using Training = GraphTraining;
    static constexpr const char* name = "graph";

    template <class S, class Visit>
    static void visit(S& s, Visit&& visit) {
        visit("level", s.level);
        visit("layer", s.layer);
        visit("hidden", s.hidden);
        visit("head", s.head);
        visit("readout", s.readout);
        visit("dropout", s.dropout);
        for_each_training_setting(s, visit);
    }
};
using GraphFitter = NetworkFitter<GraphKind>;

}  // namespace latpred
