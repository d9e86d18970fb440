#include "encodings/block_chain.hpp"

#include <algorithm>
#include <set>

#include "base/index.hpp"

namespace latpred {
namespace {

constexpr std::size_t first_choice = 2;  // after stem and head

}  // namespace

BlockChain::BlockChain(SpacePtr space) : GraphEncoding(std::move(space)) {
    blocks_ = this->space().family().block_places();
    std::set<int> columns;
    for (const Place& block : blocks_)
        columns.insert(block.columns.begin(), block.columns.end());
    const std::vector<Gene>& genes = this->space().genes();
    feature_.resize(genes.size());
    for (const int column : columns) {
        const Gene& gene = genes[as_index(column)];
        for (int i = 0; i < gene.choices(); ++i) {
            const std::string name = gene.group + "=" + gene.text(static_cast<GeneValue>(i));
            const auto found = std::ranges::find(choices_, name);
            feature_[as_index(column)].push_back(
                first_choice + static_cast<std::size_t>(found - choices_.begin()));
            if (found == choices_.end())
                choices_.push_back(name);
        }
    }
}

std::vector<std::string> BlockChain::feature_names() const {
    std::vector<std::string> names{"stem", "head"};
    names.insert(names.end(), choices_.begin(), choices_.end());
    names.insert(names.end(), {"stage", "stride", "channels", "height"});
    return names;
}

std::vector<Shape> BlockChain::shapes(const OpGraph& graph) const {
    std::vector<Shape> found;
    Shape now = graph.input_shape();
    std::size_t op = 1;
    for (; op < graph.ops.size() && graph.ops[op].unit < 0; ++op)
        now = graph.ops[op].shape;
    found.push_back(now);
    for (const Place& block : blocks_) {
        for (; op < graph.ops.size() && graph.ops[op].unit == block.unit &&
               graph.ops[op].layer == block.layer;
             ++op)
            now = graph.ops[op].shape;
        found.push_back(now);
    }
    for (bool inside = true; op < graph.ops.size(); ++op) {
        inside = inside && graph.ops[op].unit >= 0;  // of families without blocks
        if (!inside && graph.ops[op].kind == OpKind::global_pool)
            break;
        now = graph.ops[op].shape;
    }
    found.push_back(now);
    return found;
}

void BlockChain::write(std::span<const GeneValue> row, std::span<float> features,
                       std::span<float> adjacency) const {
    const std::size_t own = first_choice + choices_.size();
    const std::size_t width = own + 4;
    const OpGraph graph = space().lower(row);
    const std::vector<Shape> leaving = shapes(graph);
    Shape before = graph.input_shape();
    std::size_t last = 0;
    for (std::size_t node = 0; node < nodes(); ++node) {
        const std::span<float> values = features.subspan(node * width, width);
        const bool head = node + 1 == nodes();
        float stage = 0;
        if (node == 0 || head) {
            values[head ? 1 : 0] = 1.0F;
            stage = head ? static_cast<float>(space().places().units() + 1) : 0.0F;
        } else {
            const Place& block = blocks_[node - 1];
            if (!block.there(row))
                continue;
            for (const int column : block.columns)
                values[feature_[as_index(column)][as_index(row[as_index(column)])]] = 1.0F;
            stage = static_cast<float>(block.unit + 1);
        }
        const Shape& shape = leaving[node];
        values[own] = stage;
        values[own + 1] = static_cast<float>(before.height) / static_cast<float>(shape.height);
        values[own + 2] = static_cast<float>(shape.channels);
        values[own + 3] = static_cast<float>(shape.height);
        if (node > 0)
            adjacency[last * nodes() + node] = 1.0F;
        last = node;
        before = shape;
    }
}

}  // namespace latpred
