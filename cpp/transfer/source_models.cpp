#include "transfer/source_models.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <map>
#include <optional>

#include "base/dense.hpp"
#include "base/error.hpp"
#include "base/text.hpp"
#include "predictors/rehouse.hpp"
#include "predictors/spectral_form.hpp"
#include "predictors/training_rows.hpp"
#include "sampling/candidates.hpp"

namespace latpred {
namespace {

using Eigen::MatrixXd;
using Eigen::VectorXd;

constexpr std::size_t least_source_networks = 5;

/// Prior deviations of a coefficient of a feature of deviation 1. The MACs are among the costs.
constexpr std::array<double, feature_groups> prior_deviation = {0.0, 1.0, 0.5, 0.8, 0.5};

struct Device {
    std::uint64_t hash = 0;
    TrainingRows rows;
};

std::vector<Device> canonical_devices(std::span<const DeviceRows> devices) {
    if (devices.empty())
        throw ConfigError("transfer: at least one source device expected");
    std::vector<Device> found;
    for (const DeviceRows& device : devices) {
        const std::string what = message("source device ", excerpt(device.name));
        const Architectures archs =
            as_rows_of(devices.front().rows.archs.space_ptr(), device.rows.archs, what.c_str());
        found.push_back({0, canonical_rows(archs, device.rows.values)});
        const std::size_t networks = network_starts(found.back().rows.archs).size() - 1;
        if (networks < least_source_networks) {
            throw DataError(message("transfer: ", what, " has ", networks,
                                    " different networks, at least ", least_source_networks,
                                    " expected"));
        }
        found.back().hash = training_hash(found.back().rows.archs, found.back().rows.values);
    }
    std::ranges::stable_sort(found, {}, &Device::hash);
    return found;
}

Architectures different_networks(const std::vector<Device>& devices) {
    Architectures all(devices.front().rows.archs.space_ptr());
    for (const Device& device : devices)
        all.append(device.rows.archs);
    return all.select(distinct_rows(all));
}

/// F: what a feature of the basis is multiplied by under the prior.
VectorXd prior_factors(const FeatureBasis& basis) {
    VectorXd factors(basis.columns());
    for (std::size_t g = 0; g < feature_groups; ++g) {
        const auto group = static_cast<FeatureGroup>(g);
        factors.segment(basis.range(group).begin, basis.range(group).count)
            .setConstant(prior_deviation[g] * std::sqrt(static_cast<double>(basis.varying(group))));
    }
    return factors;
}

/// Ridge regressions on one set of networks, in the smaller of row and feature space.
class SharedRidge {
  public:
    explicit SharedRidge(MatrixXd features, Monitor& monitor)
        : features_(std::move(features)), mean_(features_.colwise().mean()),
          by_rows_(features_.rows() < features_.cols()), form_(make_form(monitor)) {}

    /// F weights and the level at features of 0.
    [[nodiscard]] std::pair<VectorXd, double> fit(const VectorXd& y) const {
        const double mean = y.mean();
        const VectorXd centred = y.array() - mean;
        const VectorXd inward =
            form_.inward(by_rows_ ? centred : VectorXd(product(features_.transpose(), centred)));
        double best = std::numeric_limits<double>::infinity();
        VectorXd weights;
        for (int step = -24; step <= 4; ++step) {  // four a decade, 1e-6 to 10 of the trace
            const double shift =
                form_.values().sum() / static_cast<double>(y.size()) * std::pow(10.0, step / 4.0);
            const VectorXd solved = form_.outward(form_.solve(shift, inward));
            const VectorXd w = by_rows_ ? VectorXd(product(features_.transpose(), solved)) : solved;
            const double left = static_cast<double>(y.size()) - 1 - form_.degrees(shift);
            const double score =
                (centred - VectorXd(product(features_, w))).squaredNorm() / (left * left);
            if (left > 0.5 && score < best) {
                best = score;
                weights = w;
            }
        }
        return {weights, mean - mean_.dot(weights)};
    }

  private:
    SpectralForm make_form(Monitor& monitor) {
        features_.rowwise() -= mean_.transpose();
        SpectralForm form(by_rows_ ? gram(features_, monitor)
                                   : gram(features_.transpose(), monitor));
        return form;
    }

    MatrixXd features_;
    VectorXd mean_;
    bool by_rows_;
    SpectralForm form_;
};

/// Equal measurements of one set of networks share a decomposition.
std::vector<GeneValue> genes_of(const Architectures& archs) {
    return {archs.genes().begin(), archs.genes().end()};
}

}  // namespace

MatrixXd SourceModels::directions() const {
    MatrixXd found(weights.rows(), weights.cols());
    Eigen::Index kept = 0;
    for (Eigen::Index d = 0; d < weights.cols(); ++d) {
        if (deviations[d] > 1e-9 * std::abs(levels[d]))
            found.col(kept++) = weights.col(d) / deviations[d];
    }
    return found.leftCols(kept);
}

SourceModels fit_sources(std::span<const DeviceRows> devices, const FitContext& context) {
    const std::vector<Device> canonical = canonical_devices(devices);
    Architectures pool = different_networks(canonical);
    const auto count = static_cast<Eigen::Index>(canonical.size());
    FeatureBasis basis = FeatureBasis::fitted(pool);
    const VectorXd factors = prior_factors(basis);
    SourceModels models{basis, MatrixXd(basis.columns(), count), VectorXd(count), VectorXd(count),
                        std::move(pool)};
    std::map<std::vector<GeneValue>, SharedRidge> ridges;
    for (Eigen::Index d = 0; d < count; ++d) {
        context.watch().poll();
        const TrainingRows& rows = canonical[static_cast<std::size_t>(d)].rows;
        const std::vector<GeneValue> key = genes_of(rows.archs);
        auto found = ridges.find(key);
        if (found == ridges.end()) {
            MatrixXd features = basis.of(rows.archs);
            features.array().rowwise() *= factors.transpose().array();
            found = ridges.try_emplace(key, std::move(features), context.watch()).first;
        }
        const auto [weights, level] = found->second.fit(Eigen::Map<const VectorXd>(
            rows.values.data(), static_cast<Eigen::Index>(rows.values.size())));
        models.weights.col(d) = factors.cwiseProduct(weights);
        models.levels[d] = level;
    }
    const MatrixXd values = product(basis.of(models.pool), models.weights);
    models.deviations = ((values.rowwise() - values.colwise().mean()).colwise().squaredNorm() /
                         static_cast<double>(values.rows()))
                            .cwiseSqrt()
                            .transpose();
    return models;
}

}  // namespace latpred
