#include "spaces/gates.hpp"

namespace latpred {

std::set<int> gates_of(const Family& family) {
    std::set<int> gates;
    for (const Gene& gene : family.genes())
        gates.insert(gene.gate);
    for (const Place& block : family.block_places())
        gates.insert(block.gate);
    gates.erase(-1);
    return gates;
}

void deepen(const Family& family, std::span<GeneValue> row) {
    for (const int gate : gates_of(family)) {
        const auto column = static_cast<std::size_t>(gate);
        row[column] = static_cast<GeneValue>(family.genes()[column].choices() - 1);
    }
}

}  // namespace latpred
