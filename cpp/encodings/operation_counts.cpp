#include "encodings/operation_counts.hpp"

#include <algorithm>
#include <set>

#include "base/index.hpp"
#include "base/monitor.hpp"

namespace latpred {

OperationCounts::OperationCounts(SpacePtr space) : Encoding(std::move(space)) {
    const std::vector<Gene>& genes = this->space().genes();
    std::set<std::string> chosen;  // groups in which something is
    for (const Gene& gene : genes) {
        if (gene.choices() > 1)
            chosen.insert(gene.group);
    }
    for (const Gene& gene : genes) {
        std::vector<std::size_t>& features = feature_.emplace_back();
        if (!chosen.contains(gene.group))
            continue;
        for (int i = 0; i < gene.choices(); ++i) {
            const std::string name = gene.group + "=" + gene.text(static_cast<GeneValue>(i));
            const auto found = std::ranges::find(names_, name);
            features.push_back(static_cast<std::size_t>(found - names_.begin()));
            if (found == names_.end())
                names_.push_back(name);
        }
    }
    blocks_ = this->space().family().block_places();
    std::set<int> inside;
    for (const Place& block : blocks_)
        inside.insert(block.columns.begin(), block.columns.end());
    for (std::size_t column = 0; column < genes.size(); ++column) {
        if (!inside.contains(static_cast<int>(column)))
            outside_.push_back(column);
    }
}

void OperationCounts::write(const Architectures& archs, std::span<float> out) const {
    std::ranges::fill(out, 0.0F);
    Pulse pulse(4096);
    for (std::size_t i = 0; i < archs.size(); ++i) {
        pulse();
        const auto row = archs.row(i);
        const auto count = [&](std::size_t column) {
            if (!feature_[column].empty())
                out[i * features() + feature_[column][as_index(row[column])]] += 1.0F;
        };
        for (const Place& block : blocks_) {
            if (!block.there(row))
                continue;
            for (const int column : block.columns)
                count(as_index(column));
        }
        for (const std::size_t column : outside_) {
            if (space().active(row, column))
                count(column);
        }
    }
}

}  // namespace latpred
