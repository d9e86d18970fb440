#include "guided/remembered.hpp"

#include <vector>

namespace latpred {

void Remembered::evaluate(const Architectures& archs, std::span<double> values) const {
    const std::vector<std::uint64_t> hashes = archs.hashes();
    std::vector<std::size_t> fresh;
    for (std::size_t i = 0; i < values.size(); ++i) {
        const auto known = values_.find(hashes[i]);
        if (known == values_.end())
            fresh.push_back(i);
        else
            values[i] = known->second;
    }
    if (fresh.empty())
        return;
    std::vector<double> answers(fresh.size());
    asked_->evaluate(archs.select(fresh), answers);
    for (std::size_t k = 0; k < fresh.size(); ++k)
        values[fresh[k]] = values_.try_emplace(hashes[fresh[k]], answers[k]).first->second;
}

}  // namespace latpred
