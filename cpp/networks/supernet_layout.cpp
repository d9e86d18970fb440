#include "networks/supernet_layout.hpp"

#include <algorithm>
#include <list>

#include "base/error.hpp"
#include "base/text.hpp"
#include "networks/supernet_cover.hpp"

namespace latpred {
namespace {

/// What must be the same wherever a name occurs.
bool same_kind(const OpGraph& graph, const Op& op, const OpGraph& other_graph, const Op& other) {
    const auto depthwise = [](const OpGraph& in, const Op& conv) {
        return conv.window.groups == in.input_shape(conv).channels;
    };
    if (op.kind != other.kind)
        return false;
    return op.kind != OpKind::conv || op.window.groups == other.window.groups ||
           (depthwise(graph, op) && depthwise(other_graph, other));
}

/// The union, with the operator where each entry was met first.
class LayoutUnion {
  public:
    explicit LayoutUnion(const Space& space) : space_(space) {}

    void add(std::span<const GeneValue> row) {
        const OpGraph& graph = graphs_.emplace_back(space_.lower(row));
        const std::vector<ParameterSpec> specs = parameters_of(graph);
        const std::map<std::string, std::string> names = entries_of(space_, row, graph, specs);
        for (const ParameterSpec& spec : specs)
            add(spec, names.at(spec.name), graph);
    }

    SupernetLayout take() && { return std::move(layout_); }

  private:
    struct First {
        const OpGraph* graph;
        const Op* op;
    };

    void add(const ParameterSpec& spec, const std::string& name, const OpGraph& graph) {
        const Op& op = graph.ops[static_cast<std::size_t>(spec.op)];
        const auto [first, is_new] = firsts_.try_emplace(name, First{&graph, &op});
        SupernetEntry& entry = layout_[name];
        if (is_new) {
            entry = {spec, spec.shape, {}};
            entry.spec.name = name;
        }
        if (entry.spec.shape.size() != spec.shape.size() ||
            !same_kind(graph, op, *first->second.graph, *first->second.op)) {
            throw ConfigError(message("space ", excerpt(space_.name()), ": '", name,
                                      "' belongs to operators of different kinds or groups, so its "
                                      "networks share no parameters; one kind a name expected"));
        }
        for (std::size_t d = 0; d < spec.shape.size(); ++d) {
            entry.spec.shape[d] = std::max(entry.spec.shape[d], spec.shape[d]);
            entry.least[d] = std::min(entry.least[d], spec.shape[d]);
        }
        if (op.kind == OpKind::conv && spec.role == ParameterRole::weight)
            add_kernel(entry, op.window);
    }

    void add_kernel(SupernetEntry& entry, const Window& window) const {
        entry.kernels.insert(window.kernel_h);
        const bool centred = window.kernel_h == window.kernel_w &&
                             (*entry.kernels.begin() - window.kernel_h) % 2 == 0;
        if (entry.kernels.size() > 1 && !centred) {
            throw ConfigError(message("space ", excerpt(space_.name()), ": '", entry.spec.name,
                                      "' has filters of ", join(entry.kernels),
                                      " rows, square ones "
                                      "with a common centre expected"));
        }
    }

    const Space& space_;
    std::list<OpGraph> graphs_;  // of `firsts_`
    std::map<std::string, First> firsts_;
    SupernetLayout layout_;
};

/// Labels of the operations that were chosen for a place: "k3_e6"; empty where none is by label.
std::string operations_of(const Space& space, const Place& place, std::span<const GeneValue> row) {
    std::string labels;
    for (const int column : place.columns) {
        const Gene& gene = space.genes()[static_cast<std::size_t>(column)];
        if (!gene.labels.empty())
            labels += gene.text(row[static_cast<std::size_t>(column)]) + ".";
    }
    return labels;
}

}  // namespace

SupernetLayout supernet_layout(const Space& space, LayoutScope scope) {
    LayoutUnion all(space);
    for (const std::vector<GeneValue>& row : covering_rows(space, scope))
        all.add(row);
    return std::move(all).take();
}

std::map<std::string, std::string> entries_of(const Space& space, std::span<const GeneValue> row,
                                              const OpGraph& graph,
                                              const std::vector<ParameterSpec>& specs) {
    const PlaceMap& places = space.places();
    std::map<std::string, std::string> entries;
    for (const ParameterSpec& spec : specs) {
        const Op& op = graph.ops[static_cast<std::size_t>(spec.op)];
        std::string entry = spec.name;
        entry.insert(op.name().size() - op.part.size(),
                     operations_of(space, places.places()[places.place_of(op)], row));
        entries.emplace(spec.name, std::move(entry));
    }
    return entries;
}

std::string kernel_matrix(const std::string& entry, std::int64_t from, std::int64_t to) {
    return message(entry.substr(0, entry.rfind('.') + 1), from, "to", to, "_matrix");
}

}  // namespace latpred
