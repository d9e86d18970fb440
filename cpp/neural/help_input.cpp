#include "neural/help_input.hpp"

#include <numeric>
#include <utility>

#include "encodings/cell_graph.hpp"
#include "encodings/encoding.hpp"

namespace latpred {
namespace {

GraphBatchPtr cells_of(const Architectures& archs) {
    const CellGraph encoding(archs.space_ptr());
    const std::size_t nodes = encoding.nodes();
    GraphBatch batch;
    batch.feature_names = encoding.feature_names();
    batch.nodes.resize(archs.size() * nodes * encoding.features());
    std::vector<float> adjacency(archs.size() * nodes * nodes);
    encoding.encode(archs, batch.nodes, adjacency);
    std::vector<std::int64_t> targets;
    for (std::size_t i = 0; i < archs.size(); ++i) {
        const auto first = batch.offsets.back();
        for (std::size_t edge = 0; edge < nodes * nodes; ++edge) {
            if (adjacency[i * nodes * nodes + edge] == 0.0F)
                continue;
            batch.edges.push_back(first + static_cast<std::int64_t>(edge / nodes));
            targets.push_back(first + static_cast<std::int64_t>(edge % nodes));
        }
        batch.offsets.push_back(first + static_cast<std::int64_t>(nodes));
        batch.index.push_back(static_cast<std::int64_t>(i));
    }
    batch.edges.insert(batch.edges.end(), targets.begin(), targets.end());
    return std::make_shared<const GraphBatch>(checked(std::move(batch)));
}

}  // namespace

bool HelpInput::has_cells(const Space& space) {
    return space.family().name() == "nas-bench-201";
}

std::size_t HelpInput::features(const SpacePtr& space) {
    return has_cells(*space) ? CellGraph(space).features()
                             : make_encoding("one-hot", space)->features();
}

HelpInput::HelpInput(const Architectures& archs) : size_(archs.size()) {
    if (has_cells(archs.space())) {
        cells_ = cells_of(archs);
        return;
    }
    const EncodingPtr one_hot = make_encoding("one-hot", archs.space_ptr());
    choices_.resize(size_ * one_hot->features());
    one_hot->encode(archs, choices_);
}

StackData HelpInput::on(std::span<const float> device,
                        std::span<const std::size_t> networks) const {
    StackData data;
    data.rows = networks.size();
    data.graphs = cells_;
    std::vector<float>& copies = data.inputs["device"];
    for (std::size_t i = 0; i < networks.size(); ++i)
        copies.insert(copies.end(), device.begin(), device.end());
    if (cells_) {
        data.graph.assign(networks.begin(), networks.end());
        return data;
    }
    const std::size_t width = size_ == 0 ? 0 : choices_.size() / size_;
    std::vector<float>& rows = data.inputs["architecture"];
    rows.reserve(networks.size() * width);
    for (const std::size_t network : networks) {
        const auto begin = choices_.begin() + static_cast<std::ptrdiff_t>(network * width);
        rows.insert(rows.end(), begin, begin + static_cast<std::ptrdiff_t>(width));
    }
    return data;
}

StackData HelpInput::on(std::span<const float> device) const {
    std::vector<std::size_t> all(size_);
    std::iota(all.begin(), all.end(), std::size_t{0});
    return on(device, all);
}

}  // namespace latpred
