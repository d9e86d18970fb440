// Batches of graphs from NumPy arrays.
#include <optional>
#include <unordered_map>

#include "base/error.hpp"
#include "base/text.hpp"
#include "bindings/encodings.hpp"

namespace latpred::bindings {
namespace {

/// An array of exactly that type, in any layout: numbers are neither cut nor rounded silently.
template <class T>
Array<T> exact(const py::object& given, const char* what, py::ssize_t dimensions) {
    const py::array array = given.cast<py::array>();
    const bool empty_list = array.size() == 0 && !py::isinstance<py::array>(given);
    const bool fits = array.dtype().equal(py::dtype::of<T>());
    if ((!fits && !empty_list) || array.ndim() != dimensions) {
        throw ConfigError(
            message("graph batch: ", what, ": an array of ", dimensions, " dimensions of ",
                    py::str(py::dtype::of<T>()).cast<std::string>(), " expected, got ",
                    array.ndim(), " of ", excerpt(py::str(array.dtype()).cast<std::string>())));
    }
    return Array<T>(array);
}

std::vector<std::int64_t> integers(const py::object& given, const char* what) {
    const Array<std::int64_t> array = exact<std::int64_t>(given, what, 1);
    const auto values = view(array);
    return {values.begin(), values.end()};
}

void set_names(GraphBatch& batch, const std::vector<std::string>& names) {
    std::unordered_map<std::string, std::int32_t> number;
    for (const std::string& name : names) {
        const auto next = static_cast<std::int32_t>(number.size());
        const auto [found, fresh] = number.emplace(name, next);
        if (fresh)
            batch.names.push_back(name);
        batch.name_of.push_back(found->second);
    }
}

}  // namespace

GraphBatch graph_arrays(const py::object& nodes, const py::object& edges, const py::object& offsets,
                        const py::object& index, const Texts& feature_names,
                        const Texts& node_names) {
    GraphBatch batch;
    const Array<float> features = exact<float>(nodes, "nodes", 2);
    batch.nodes.assign(view(features).begin(), view(features).end());
    const Array<std::int64_t> pairs = exact<std::int64_t>(edges, "edges", 2);
    if (pairs.shape(0) != 2) {
        throw ConfigError(message("graph batch: edges: 2 x E numbers of nodes expected, got ",
                                  pairs.shape(0), " x ", pairs.shape(1)));
    }
    batch.edges.assign(view(pairs).begin(), view(pairs).end());
    batch.offsets = integers(offsets, "offsets");
    if (index.is_none()) {
        for (std::size_t u = 0; u + 1 < batch.offsets.size(); ++u)
            batch.index.push_back(static_cast<std::int64_t>(u));
    } else {
        batch.index = integers(index, "index");
    }
    if (feature_names) {
        batch.feature_names = *feature_names;
    } else {
        for (py::ssize_t i = 0; i < features.shape(1); ++i)
            batch.feature_names.push_back(message("f", i));
    }
    if (static_cast<py::ssize_t>(batch.feature_names.size()) != features.shape(1)) {
        throw ConfigError(message("graph batch: ", batch.feature_names.size(),
                                  " feature names for ", features.shape(1), " features"));
    }
    if (node_names) {
        if (static_cast<py::ssize_t>(node_names->size()) != features.shape(0)) {
            throw ConfigError(message("graph batch: ", node_names->size(), " node names for ",
                                      features.shape(0), " nodes"));
        }
        set_names(batch, *node_names);
    }
    return checked(std::move(batch));
}

}  // namespace latpred::bindings
