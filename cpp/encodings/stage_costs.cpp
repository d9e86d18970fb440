#include "encodings/stage_costs.hpp"

#include <algorithm>
#include <array>

#include "base/monitor.hpp"
#include "base/text.hpp"

namespace latpred {
namespace {

constexpr std::array<const char*, 5> cost_names{"macs", "params", "bytes", "kernels", "blocks"};

void add_costs(std::vector<CostSum>& sums, int unit) {
    sums.push_back({{{CostKind::macs, 1}}, unit});
    sums.push_back({{{CostKind::params, 1}}, unit});
    sums.push_back(
        {{{CostKind::moved, bytes_per_value}, {CostKind::params, bytes_per_value}}, unit});
    sums.push_back({{{CostKind::kernels, 1}}, unit});
    sums.push_back({{{CostKind::blocks, 1}}, unit});
}

}  // namespace

StageCosts::StageCosts(SpacePtr space) : Encoding(std::move(space)) {
    for (std::size_t unit = 0; unit < this->space().places().units(); ++unit)
        add_costs(sums_, static_cast<int>(unit));
    add_costs(sums_, CostSum::whole);
}

std::vector<std::string> StageCosts::feature_names() const {
    std::vector<std::string> names;
    for (std::size_t i = 0; i < sums_.size(); ++i) {
        const int unit = sums_[i].unit;
        const std::string stage = unit == CostSum::whole ? "outside" : message("u", unit);
        names.push_back(stage + "." + cost_names[i % cost_names.size()]);
    }
    return names;
}

std::vector<double> StageCosts::values(const Architectures& archs) const {
    constexpr std::size_t rows_at_once = 256;
    const CostTables& tables = archs.space().family().cost_tables();
    const std::size_t columns = archs.columns();
    const std::size_t outside = features() - cost_names.size();
    std::vector<std::int64_t> counts(archs.size() * features());
    for (std::size_t row = 0; row < archs.size(); row += rows_at_once) {
        Monitor::current().poll();
        const std::size_t rows = std::min(rows_at_once, archs.size() - row);
        const std::span<std::int64_t> some =
            std::span(counts).subspan(row * features(), rows * features());
        tables.evaluate(sums_, archs.genes().subspan(row * columns, rows * columns), some);
        for (std::size_t i = 0; i < rows; ++i) {
            for (std::size_t k = 0; k < outside; ++k)
                some[i * features() + outside + k % cost_names.size()] -= some[i * features() + k];
        }
    }
    return {counts.begin(), counts.end()};
}

void StageCosts::write(const Architectures& archs, std::span<float> out) const {
    std::ranges::transform(values(archs), out.begin(),
                           [](double value) { return static_cast<float>(value); });
}

}  // namespace latpred
