#include "encodings/adjacency_ops.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace latpred {

AdjacencyOps::AdjacencyOps(const SpacePtr& space)
    : Encoding(space), graph_(make_graph_encoding(space)), wide_(graph_->features()) {}

std::size_t AdjacencyOps::features() const {
    const std::size_t nodes = graph_->nodes();
    return nodes * (nodes - 1) / 2 + nodes * wide_;
}

std::vector<std::string> AdjacencyOps::feature_names() const {
    std::vector<std::string> names;
    for (std::size_t from = 0; from < graph_->nodes(); ++from) {
        for (std::size_t to = from + 1; to < graph_->nodes(); ++to)
            names.push_back(message("edge ", from, ">", to));
    }
    for (std::size_t node = 0; node < graph_->nodes(); ++node) {
        for (const std::string& feature : graph_->feature_names())
            names.push_back(message("node ", node, " ", feature));
    }
    return names;
}

void AdjacencyOps::write(const Architectures& archs, std::span<float> out) const {
    const std::size_t nodes = graph_->nodes();
    std::vector<float> features(nodes * wide_);
    std::vector<float> adjacency(nodes * nodes);
    auto to = out.begin();
    for (std::size_t i = 0; i < archs.size(); ++i) {
        const auto row = archs.row(i);
        graph_->encode(Architectures(archs.space_ptr(), {row.begin(), row.end()}), features,
                       adjacency);
        for (std::size_t node = 0; node < nodes; ++node) {
            const auto after = adjacency.begin() + static_cast<std::ptrdiff_t>(node * nodes);
            to = std::copy(after + static_cast<std::ptrdiff_t>(node) + 1,
                           after + static_cast<std::ptrdiff_t>(nodes), to);
        }
        to = std::ranges::copy(features, to).out;
    }
}

}  // namespace latpred
