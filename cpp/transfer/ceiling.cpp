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
#include "sampling/candidates.hpp"

namespace latpred {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

constexpr std::size_t least_networks = 20;
constexpr std::size_t ceiling_folds = 5;
constexpr Index most_pairs = 600;
constexpr Index most_columns = 800;
/// Strengths of the ridge, by row.
constexpr double strengths[] = {1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1, 10};

/// One-hot genes and the products of any two of their columns that are not always 0.
FeatureRows with_pairs(const FeatureRows& one_hot) {
    FeatureRows all(one_hot.rows(), one_hot.cols() * (one_hot.cols() + 1) / 2);
    Index column = one_hot.cols();
    all.leftCols(column) = one_hot;
    for (Index a = 0; a < one_hot.cols(); ++a) {
        for (Index b = a + 1; b < one_hot.cols(); ++b)
            all.col(column++) = one_hot.col(a).cwiseProduct(one_hot.col(b));
    }
    return all;
}

FeatureRows gene_features(const Architectures& archs) {
    const FeatureRows one_hot = encoded_rows(archs, "one-hot");
    return one_hot.cols() * (one_hot.cols() + 1) / 2 <= most_pairs ? with_pairs(one_hot) : one_hot;
}

VectorXd standard_column(VectorXd values) {
    values.array() -= values.mean();
    const double length = std::sqrt(values.squaredNorm() / static_cast<double>(values.size()));
    return length > 0 ? VectorXd(values / length) : values;
}

/// Columns of mean 0 and deviation 1, and a constant one: of networks, of devices, and products of
/// two devices where those are not too many.
struct Columns {
    MatrixXd values;                                ///< N x (features | 1 | D devices | products)
    Index first_device = 0;                         ///< the 1 stands before it
    std::vector<std::pair<Index, Index>> products;  ///< devices of each
};

Columns columns_of(const DeviceMatrix& tables) {
    std::vector<FeatureRows> parts{standardised(gene_features(tables.archs()))};
    for (const char* name : {"cost-features", "stage-costs"}) {
        const FeatureRows costs = encoded_rows(tables.archs(), name);
        parts.push_back(standardised(costs));
        parts.push_back(standardised(FeatureRows(costs.array().log1p())));
    }
    Columns all;
    for (const FeatureRows& part : parts)
        all.first_device += part.cols();
    const Index devices = tables.latency_ms().cols();
    Index width = ++all.first_device + devices;
    if (width + devices * (devices + 1) / 2 <= most_columns) {
        for (Index a = 0; a < devices; ++a) {
            for (Index b = a; b < devices; ++b)
                all.products.emplace_back(a, b);
        }
        width += static_cast<Index>(all.products.size());
    }
    all.values.resize(tables.latency_ms().rows(), width);
    Index column = 0;
    for (const FeatureRows& part : parts) {
        all.values.middleCols(column, part.cols()) = part;
        column += part.cols();
    }
    all.values.col(column++).setOnes();
    const Eigen::ArrayXXd logs = tables.latency_ms().array().log();
    for (Index device = 0; device < devices; ++device)
        all.values.col(column++) = standard_column(logs.col(device));
    for (const auto& [a, b] : all.products) {
        Monitor::current().poll();
        const auto of = [&](Index device) { return all.values.col(all.first_device + device); };
        all.values.col(column++) = standard_column(of(a).cwiseProduct(of(b)));
    }
    return all;
}

/// Everything that the ceilings of one table share: rows of each fold and their moments.
class Folded {
  public:
    explicit Folded(const DeviceMatrix& tables) : tables_(tables), columns_(columns_of(tables)) {
        const MatrixXd all = std::move(columns_.values);
        total_ = MatrixXd::Zero(all.cols(), all.cols());
        for (const Fold& fold : make_folds(tables.archs(), ceiling_folds, 0)) {
            rows_.push_back(fold.held_out);
            values_.push_back(all(fold.held_out, Eigen::all));
            moments_.push_back(gram(values_.back().transpose(), Monitor::current()));
            total_ += moments_.back();
        }
    }

    /// Of the better of two forms: products of devices are there to bend what is not straight.
    [[nodiscard]] double ceiling(std::size_t device) const {
        Form best = form(device, false);
        if (!columns_.products.empty()) {
            if (Form bent = form(device, true); bent.error < best.error)
                best = std::move(bent);
        }
        return spearman(tables_.device(device),
                        {best.predicted.data(), static_cast<std::size_t>(best.predicted.size())});
    }

  private:
    struct Form {
        double error = 0;    ///< out of fold, up to a constant of the device
        VectorXd predicted;  ///< N, out of fold
    };

    [[nodiscard]] Form form(std::size_t device, bool products) const {
        const std::vector<Index> kept = columns_for(device, products);
        const Index target = columns_.first_device + static_cast<Index>(device);
        std::vector<MatrixXd> weights;  // of each fold, a column for each strength
        VectorXd errors = VectorXd::Zero(std::size(strengths));
        for (std::size_t fold = 0; fold < rows_.size(); ++fold) {
            weights.push_back(weights_without(fold, kept, target));
            const MatrixXd held = moments_[fold](kept, kept);
            const VectorXd right = moments_[fold](kept, target);
            for (Index s = 0; s < errors.size(); ++s) {
                const VectorXd w = weights.back().col(s);
                errors[s] += w.dot(held * w) - 2 * w.dot(right);
            }
        }
        Index best = 0;
        Form found{errors.minCoeff(&best), VectorXd(static_cast<Index>(tables_.networks()))};
        for (std::size_t fold = 0; fold < rows_.size(); ++fold) {
            VectorXd wide = VectorXd::Zero(total_.cols());
            wide(kept) = weights[fold].col(best);
            found.predicted(rows_[fold]) = values_[fold] * wide;
        }
        return found;
    }

    /// All columns but those of devices with the target's very latencies, itself among them.
    [[nodiscard]] std::vector<Index> columns_for(std::size_t device, bool products) const {
        std::vector<bool> free;
        for (std::size_t other = 0; other < tables_.devices(); ++other)
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
                                           Index target) const {
        const MatrixXd moment = total_(kept, kept) - moments_[fold](kept, kept);
        const VectorXd right = total_(kept, target) - moments_[fold](kept, target);
        const auto rows = static_cast<double>(tables_.networks() - rows_[fold].size());
        MatrixXd weights(moment.cols(), static_cast<Index>(std::size(strengths)));
        for (Index s = 0; s < weights.cols(); ++s) {
            MatrixXd shifted = moment;
            shifted.diagonal().array() += strengths[s] * rows;
            const Index one = columns_.first_device - 1;  // the intercept is not shrunk
            shifted(one, one) = moment(one, one);
            weights.col(s) = positive_factor(shifted, Monitor::current()).solve(right);
        }
        return weights;
    }

    const DeviceMatrix& tables_;
    Columns columns_;
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
            folded.emplace(tables);
        found.push_back(folded->ceiling(column));
        memory.keep(own, found.back());
    }
    return found;
}

}  // namespace latpred
