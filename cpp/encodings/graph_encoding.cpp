#include "encodings/graph_encoding.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "base/monitor.hpp"
#include "base/text.hpp"
#include "encodings/block_chain.hpp"
#include "encodings/cell_graph.hpp"
#include "encodings/nds_graph.hpp"

namespace latpred {

void GraphEncoding::encode(const Architectures& archs, std::span<float> features,
                           std::span<float> adjacency) const {
    if (!space_->same_family(archs.space())) {
        throw SchemaError(message("encode: architectures of ", archs.space().description(),
                                  " given, of ", space_->description(), " expected"));
    }
    const std::size_t wide = nodes() * this->features();
    const std::size_t square = nodes() * nodes();
    if (features.size() != archs.size() * wide || adjacency.size() != archs.size() * square) {
        throw ConfigError(message("encode: places for ", archs.size(), " graphs of ", nodes(),
                                  " nodes with ", this->features(), " features expected"));
    }
    std::ranges::fill(features, 0.0F);
    std::ranges::fill(adjacency, 0.0F);
    Pulse pulse(64);
    for (std::size_t i = 0; i < archs.size(); ++i) {
        pulse();
        write(archs.row(i), features.subspan(i * wide, wide),
              adjacency.subspan(i * square, square));
    }
}

std::shared_ptr<const GraphEncoding> make_graph_encoding(const SpacePtr& space) {
    if (space->family().name() == "nas-bench-201")
        return std::make_shared<const CellGraph>(space);
    if (as_nds(space->family()) != nullptr)
        return std::make_shared<const NdsGraph>(space);
    return std::make_shared<const BlockChain>(space);
}

}  // namespace latpred
