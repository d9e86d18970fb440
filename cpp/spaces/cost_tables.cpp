#include "spaces/cost_tables.hpp"

#include <algorithm>
#include <functional>
#include <set>
#include <string_view>
#include <unordered_map>

#include "base/parallel.hpp"
#include "spaces/architectures.hpp"

namespace latpred {
namespace {

constexpr std::int64_t bytes_per_value = 4;
constexpr std::size_t rows_a_chunk = 4096;

std::vector<CostLevel> levels_of(const std::vector<CostSum>& sums) {
    std::set<CostLevel> levels;
    for (const CostSum& sum : sums) {
        for (const auto& [kind, weight] : sum.terms)
            levels.insert(level_of(kind));
    }
    return {levels.begin(), levels.end()};
}

}  // namespace

/// Counts of lowered networks; remembers the last few thousand different ones.
class CostTables::Lowered {
  public:
    explicit Lowered(const Family& family) : family_(family) {}

    std::shared_ptr<const CostAccount> account(std::span<const GeneValue> row) {
        const std::string key(reinterpret_cast<const char*>(row.data()), row.size_bytes());
        {
            const std::scoped_lock lock(mutex_);
            const auto found = accounts_.find(key);
            if (found != accounts_.end())
                return found->second;
        }
        auto account =
            std::make_shared<const CostAccount>(account_of(family_.lower(row), family_.places()));
        const std::scoped_lock lock(mutex_);
        if (accounts_.size() >= most)
            accounts_.clear();
        accounts_.emplace(key, account);
        return account;
    }

  private:
    static constexpr std::size_t most = 4096;

    const Family& family_;
    std::mutex mutex_;
    std::unordered_map<std::string, std::shared_ptr<const CostAccount>> accounts_;
};

CostTables::CostTables(const Family& family)
    : family_(family), parts_(family), lowered_(std::make_unique<Lowered>(family)) {}

CostTables::~CostTables() = default;

bool CostTables::tabled(CostLevel level) const {
    const std::shared_lock lock(mutex_);
    return parts_.tabled(level);
}

bool CostTables::all_tabled(std::span<const CostLevel> levels) const {
    return std::ranges::all_of(levels, [&](CostLevel level) { return parts_.tabled(level); });
}

bool CostTables::from_tables(CostEvaluator& evaluator, std::span<const CostLevel> levels,
                             std::span<const GeneValue> genes,
                             std::span<std::int64_t> values) const {
    const std::size_t columns = family_.genes().size();
    std::vector<std::size_t> missing;
    {
        const std::shared_lock lock(mutex_);
        if (!all_tabled(levels))
            return false;
        missing = evaluator.evaluate(genes, values);
    }
    if (missing.empty())
        return true;
    const std::unique_lock lock(mutex_);
    for (std::size_t i : missing) {
        const auto row = genes.subspan(i * columns, columns);
        if (!evaluator.fill(parts_, row)) {
            parts_.learn(row);
            if (!all_tabled(levels))
                return false;
            evaluator.fill(parts_, row);
        }
        const std::size_t outputs = evaluator.outputs();
        static_cast<void>(evaluator.evaluate(row, values.subspan(i * outputs, outputs)));
    }
    return true;
}

void CostTables::evaluate(const std::vector<CostSum>& sums, std::span<const GeneValue> genes,
                          std::span<std::int64_t> values) const {
    const std::size_t columns = family_.genes().size();
    const std::vector<CostLevel> levels = levels_of(sums);
    CostEvaluator* evaluator = nullptr;
    {
        const std::unique_lock lock(mutex_);
        if (all_tabled(levels)) {
            std::unique_ptr<CostEvaluator>& made = sums_[sums];
            if (!made)
                made = std::make_unique<CostEvaluator>(parts_, columns, sums);
            evaluator = made.get();
        }
    }
    if (evaluator != nullptr && from_tables(*evaluator, levels, genes, values))
        return;
    for (std::size_t i = 0; i < values.size() / sums.size(); ++i) {
        const auto account = lowered_->account(genes.subspan(i * columns, columns));
        for (std::size_t k = 0; k < sums.size(); ++k)
            values[i * sums.size() + k] = value_of(sums[k], *account, family_.places());
    }
}

void CostTables::peaks(std::span<const GeneValue> genes, std::span<std::int64_t> values) const {
    const std::size_t columns = family_.genes().size();
    const CostLevel levels[] = {CostLevel::peak};
    CostEvaluator* evaluator = nullptr;
    {
        const std::unique_lock lock(mutex_);
        if (all_tabled(levels)) {
            if (!peak_)
                peak_ = std::make_unique<CostEvaluator>(CostEvaluator::of_peak(parts_, columns));
            evaluator = peak_.get();
        }
    }
    if (evaluator != nullptr && from_tables(*evaluator, levels, genes, values))
        return;
    for (std::size_t i = 0; i < values.size(); ++i)
        values[i] = lowered_->account(genes.subspan(i * columns, columns))->peak();
}

std::vector<Costs> count_costs(const Architectures& archs, int threads) {
    static const std::vector<CostSum> sums{
        {{{CostKind::macs, 1}}},
        {{{CostKind::params, 1}}},
        {{{CostKind::moved, bytes_per_value}, {CostKind::params, bytes_per_value}}},
        {{{CostKind::kernels, 1}}},
    };
    const CostTables& tables = archs.space().family().cost_tables();
    std::vector<Costs> costs(archs.size());
    parallel_for(archs.size(), rows_a_chunk, threads, [&](std::size_t begin, std::size_t end) {
        std::vector<std::int64_t> counts((end - begin) * sums.size());
        std::vector<std::int64_t> peaks(end - begin);
        const auto genes =
            archs.genes().subspan(begin * archs.columns(), (end - begin) * archs.columns());
        tables.evaluate(sums, genes, counts);
        tables.peaks(genes, peaks);
        for (std::size_t i = 0; i < peaks.size(); ++i) {
            const std::int64_t* row = counts.data() + i * sums.size();
            costs[begin + i] = {row[0], row[1], row[2], bytes_per_value * peaks[i], row[3]};
        }
    });
    return costs;
}

}  // namespace latpred
