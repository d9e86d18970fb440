// A network of layers as a description: what each layer is, how wide, and what it reads.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace latpred {

/// One layer. What a kind does, and which of the fields it reads, is in docs of `LayerStack`.
struct LayerSpec {
    std::string name, kind;
    std::vector<std::string> from;  ///< inputs or earlier layers; by default the layer before
    std::string gate;               ///< what opens the gate of "dgf" and "gat"; empty: no gate
    int width = 0;                  ///< values out
    std::vector<int> hidden;        ///< widths between, of "mlp" and "gin"
    std::vector<int> columns;       ///< that "columns" takes; the one of ids of "embedding"
    int count = 0;                  ///< ids of "embedding"
    std::string activation = "none";
    double slope = 0.01;                    ///< of "leaky-relu"
    double rate = 0;                        ///< share that dropout drops
    double momentum = 0.1, epsilon = 1e-5;  ///< of "batch_norm", as PyTorch's
    bool bias = true, self_loops = false, bidirectional = false, normed = true;
    std::string direction = "predecessors", normalise = "none";
    std::string mask = "edges";                 ///< of "gat": or "multiply"
    std::string output = "all";                 ///< of "gru": "all" positions or the "last" one
    std::string first = "keep", last = "keep";  ///< of "ends": "keep", "zero" or "learned"
    bool drop_first = false;                    ///< of the readouts "mean" and "sum"
    int drop_where = -1;  ///< column of the nodes that is 1 where one is left out
    std::string initial;  ///< empty: that of the stack
};

/// Layers in order; the last one gives the outputs.
struct StackSpec {
    std::map<std::string, int> inputs;  ///< width of each; "nodes" has a row a node, others a graph
    bool global_node = false;           ///< behind the nodes of each graph one that all feed
    std::string initial = "pytorch";    ///< or "block-profiling"
    std::vector<LayerSpec> layers;
};

/// Reads the JSON form. ConfigError naming layer and key for what is unknown, of the wrong type or
/// out of range; names of layers are filled in ("gcn2") and must differ.
StackSpec parse_stack(std::string_view text);

/// Kinds of layers, in alphabetical order.
std::vector<std::string> layer_kinds();

}  // namespace latpred
