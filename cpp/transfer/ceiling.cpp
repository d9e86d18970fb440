#include "transfer/ceiling.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <mutex>
#include <numeric>
#include <optional>
#include <utility>

#include "base/dense.hpp"
#include "base/error.hpp"
#include "base/monitor.hpp"
#include "base/text.hpp"
#include "datasets/folds.hpp"
#include "metrics/correlation.hpp"
#include "transfer/ceiling_columns.hpp"

namespace latpred {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

constexpr std::size_t least_networks = 20;
constexpr std::size_t ceiling_folds = 5;
/// Strengths of the ridge, by row.
constexpr double strengths[] = {1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1, 10};

/// Everything that the ceilings of one table share: rows of each fold and their moments.
class Folded {
  public:
    /// `order`: of the devices, which their content decides.
    Folded(const DeviceMatrix& tables, const std::vector<std::size_t>& order)
        : tables_(tables), order_(order), columns_(ceiling_columns(tables, order)) {
        const MatrixXd all = std::move(columns_.values);
        total_ = MatrixXd::Zero(all.cols(), all.cols());
        for (const Fold& fold : make_folds(tables.archs(), ceiling_folds, 0)) {
            rows_.push_back(fold.held_out);
            values_.emplace_back(all(fold.held_out, Eigen::all));
            moments_.push_back(gram(values_.back().transpose(), Monitor::current()));
            total_ += moments_.back();
        }
    }

    /// The best of up to four: products of devices bend what is not straight, and ranks do not mind
    /// that some measurements lie far off.
    [[nodiscard]] double ceiling(std::size_t device) const {
        const std::vector<double> plain = form(device, false);
        double best = std::max(plain[0], plain[1]);
        if (!columns_.products.empty()) {
            const std::vector<double> bent = form(device, true);
            best = std::max({best, bent[0], bent[1]});
        }
        return best;
    }

  private:
    /// Rank correlations of the device with out-of-fold predictions of its logs and of its ranks.
    [[nodiscard]] std::vector<double> form(std::size_t device, bool products) const {
        const std::vector<Index> kept = columns_for(device, products);
        const auto place = std::ranges::find(order_, device) - order_.begin();
        const std::vector<Index> targets{columns_.first_device + place,
                                         columns_.first_rank + place};
        constexpr auto count = static_cast<Index>(std::size(strengths));
        std::vector<MatrixXd> weights;  // of each fold, a column for each strength and target
        MatrixXd errors = MatrixXd::Zero(2, count);
        for (std::size_t fold = 0; fold < rows_.size(); ++fold) {
            weights.push_back(weights_without(fold, kept, targets));
            const MatrixXd held = moments_[fold](kept, kept);
            const MatrixXd fitted = product(held, weights.back());
            for (Index column = 0; column < 2 * count; ++column) {
                const VectorXd right = moments_[fold](kept, targets[column / count]);
                const VectorXd w = weights.back().col(column);
                errors(column / count, column % count) +=
                    w.dot(fitted.col(column)) - 2 * w.dot(right);
            }
        }
        std::vector<double> found;
        for (Index target = 0; target < 2; ++target) {
            Index best = 0;
            errors.row(target).minCoeff(&best);
            found.push_back(agreement(device, kept, weights, target * count + best));
        }
        return found;
    }

    [[nodiscard]] double agreement(std::size_t device, const std::vector<Index>& kept,
                                   const std::vector<MatrixXd>& weights, Index column) const {
        VectorXd predicted(static_cast<Index>(tables_.networks()));
        for (std::size_t fold = 0; fold < rows_.size(); ++fold) {
            VectorXd wide = VectorXd::Zero(total_.cols());
            wide(kept) = weights[fold].col(column);
            predicted(rows_[fold]) = values_[fold] * wide;
        }
        return spearman(tables_.device(device),
                        {predicted.data(), static_cast<std::size_t>(predicted.size())});
    }

    /// All columns but those of devices with the target's very latencies, itself among them.
    [[nodiscard]] std::vector<Index> columns_for(std::size_t device, bool products) const {
        std::vector<bool> free;
        for (const std::size_t other : order_)
            free.push_back(!std::ranges::equal(tables_.device(other), tables_.device(device)));
        std::vector<Index> kept(static_cast<std::size_t>(columns_.first_device));
        std::iota(kept.begin(), kept.end(), Index{0});
        Index column = columns_.first_device;
        for (const bool known : free) {
            if (known)
                kept.push_back(column);
            ++column;
        }
        for (const auto& [a, b] : columns_.products) {
            if (products && free[static_cast<std::size_t>(a)] && free[static_cast<std::size_t>(b)])
                kept.push_back(column);
            ++column;
        }
        return kept;
    }

    [[nodiscard]] MatrixXd weights_without(std::size_t fold, const std::vector<Index>& kept,
                                           const std::vector<Index>& targets) const {
        const MatrixXd moment = total_(kept, kept) - moments_[fold](kept, kept);
        const MatrixXd right = total_(kept, targets) - moments_[fold](kept, targets);
        const auto rows = static_cast<double>(tables_.networks() - rows_[fold].size());
        constexpr auto count = static_cast<Index>(std::size(strengths));
        MatrixXd weights(moment.cols(), 2 * count);
        for (Index s = 0; s < count; ++s) {
            MatrixXd shifted = moment;
            shifted.diagonal().array() += strengths[s] * rows;
            const Index one = columns_.first_device - 1;  // the intercept is not shrunk
            shifted(one, one) = moment(one, one);
            const MatrixXd found = positive_factor(shifted, Monitor::current()).solve(right);
            weights.col(s) = found.col(0);
            weights.col(count + s) = found.col(1);
        }
        return weights;
    }

    const DeviceMatrix& tables_;
    const std::vector<std::size_t>& order_;
    CeilingColumns columns_;
    std::vector<std::vector<std::size_t>> rows_;
    std::vector<MatrixXd> values_, moments_;
    MatrixXd total_;
};

/// Ceilings that were computed in this process, by content of table and device.
class Memory {
  public:
    using Key = std::pair<std::uint64_t, std::uint64_t>;

    std::optional<double> find(const Key& key) {
        const std::scoped_lock lock(mutex_);
        const auto found = known_.find(key);
        return found == known_.end() ? std::nullopt : std::optional(found->second);
    }
    void keep(const Key& key, double value) {
        const std::scoped_lock lock(mutex_);
        known_[key] = value;
    }

  private:
    std::mutex mutex_;
    std::map<Key, double> known_;
};

}  // namespace

std::vector<double> transfer_ceilings(const DeviceMatrix& tables,
                                      std::span<const std::size_t> columns) {
    static Memory memory;
    std::optional<Folded> folded;
    const std::uint64_t key = tables.key();
    std::vector<std::size_t> order(tables.devices());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::stable_sort(order, {}, [&](std::size_t device) { return tables.key(device); });
    std::vector<double> found;
    for (const std::size_t column : columns) {
        if (column >= tables.devices())
            throw ConfigError(message("ceiling: device ", column, " of ", tables.devices(),
                                      " devices, counted from 0"));
        if (tables.networks() < least_networks) {
            found.push_back(std::numeric_limits<double>::quiet_NaN());
            continue;
        }
        const Memory::Key own{key, tables.key(column)};
        if (const std::optional<double> known = memory.find(own)) {
            found.push_back(*known);
            continue;
        }
        if (!folded)
            folded.emplace(tables, order);
        found.push_back(folded->ceiling(column));
        memory.keep(own, found.back());
    }
    return found;
}

}  // namespace latpred
