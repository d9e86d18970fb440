#include "guided/next_networks.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/error.hpp"
#include "base/monitor.hpp"
#include "base/text.hpp"
#include "predictors/ensemble.hpp"
#include "predictors/gaussian_process.hpp"
#include "predictors/rehouse.hpp"
#include "sampling/optimal_design.hpp"

namespace latpred {
namespace {

using Eigen::VectorXd;

constexpr double prior_noise = 0.3;        ///< deviation of the noise, in those of the level
constexpr double noise_share = 0.1;        ///< of the largest deviation, what a measurement leaves
constexpr double least_prediction = 0.01;  ///< of the largest one of a network

void check_settings(const NextSettings& settings) {
    if (settings.count == 0)
        throw ConfigError("next networks: the count is 0; at least one network expected");
    if (!(settings.disagreement >= 0 && settings.disagreement <= 1)) {
        throw ConfigError(message("next networks: disagreement=", settings.disagreement,
                                  "; a share from 0 to 1 expected"));
    }
}

/// Ensembles in pieces.
void append_members(const Predictor& model, std::vector<const Predictor*>& members) {
    const auto* ensemble = dynamic_cast<const Ensemble*>(&model);
    if (ensemble == nullptr) {
        members.push_back(&model);
        return;
    }
    for (const auto& member : ensemble->members())
        append_members(*member, members);
}

/// N relative variances that a model itself gives its values, without the noise of a measurement.
/// None where the model knows nothing of itself.
VectorXd own_variances(const Predictor& model, const Architectures& archs, const VectorXd& values) {
    if (model.info().unit != "ms")
        return {};
    VectorXd spreads(values.size());
    const auto count = static_cast<std::size_t>(values.size());
    model.spreads(as_rows_of(model.space(), archs, "next networks: model"), {values.data(), count},
                  {spreads.data(), count});
    const VectorXd sizes = values.cwiseAbs().cwiseMax(1e-9);
    VectorXd variances = spreads.cwiseQuotient(sizes).cwiseAbs2();
    if (const auto* process = dynamic_cast<const GaussianProcess*>(&model)) {
        const GaussianProcessState& state = process->state();
        const double noise = state.noise * state.spread * state.spread * state.mean;
        variances -= noise * values.cwiseMax(0.0).cwiseQuotient(sizes.cwiseAbs2());
        return variances.cwiseMax(0.0);
    }
    // The noise is unknown: what all networks share counts as noise.
    variances.array() -= variances.minCoeff();
    return variances.maxCoeff() > 1e-12 ? variances : VectorXd();
}

void require_finite(const VectorXd& values, std::size_t model) {
    for (const double value : values) {
        if (!std::isfinite(value)) {
            throw DataError(message("next networks: model ", model, " predicts ", value,
                                    " for a candidate; a finite number expected"));
        }
    }
}

/// Sample variance of the logarithms; values below a hundredth of the network's largest count as
/// that, as linear models can predict any number.
double log_variance(const std::vector<VectorXd>& predictions, Eigen::Index row) {
    double largest = 0;
    for (const VectorXd& values : predictions)
        largest = std::max(largest, values[row]);
    if (largest <= 0)
        return 0;
    VectorXd logs(static_cast<Eigen::Index>(predictions.size()));
    for (Eigen::Index i = 0; i < logs.size(); ++i) {
        const double value = predictions[static_cast<std::size_t>(i)][row];
        logs[i] = std::log(std::max(value, least_prediction * largest));
    }
    const double divisor = static_cast<double>(std::max<Eigen::Index>(logs.size() - 1, 1));
    return (logs.array() - logs.mean()).square().sum() / divisor;
}

/// The networks that there are, each once and in canonical order, with their features.
struct Pool {
    std::vector<std::size_t> rows;  ///< measured ones first, then candidates
    std::vector<std::size_t> held;  ///< numbers among `rows`
    std::vector<std::size_t> open;
    Architectures archs;
    FeatureRows features;  ///< standardised
};

Pool pool_of(const Architectures& measured, const Architectures& candidates) {
    Architectures all = as_rows_of(candidates.space_ptr(), measured, "next networks: measured");
    const std::size_t before = all.size();
    all.append(candidates);
    Pool pool{distinct_rows(all), {}, {}, Architectures(candidates.space_ptr()), {}};
    for (std::size_t i = 0; i < pool.rows.size(); ++i)
        (pool.rows[i] < before ? pool.held : pool.open).push_back(i);
    pool.archs = all.select(pool.rows);
    if (!pool.rows.empty())
        pool.features = standardised(encoded_rows(pool.archs, "one-hot"));
    return pool;
}

/// Rows of a linear model whose level has the prior variance of all choices together.
FeatureRows prior_rows(const FeatureRows& features) {
    FeatureRows rows(features.rows(), features.cols() + 1);
    const double columns = std::max<double>(1.0, static_cast<double>(features.cols()));
    rows << FeatureRows::Ones(features.rows(), 1), features / std::sqrt(columns);
    return rows / prior_noise;
}

/// Deviations with directions: rows whose design has most information where models disagree about
/// networks that have little in common.
FeatureRows directed(const Pool& pool, const std::vector<double>& deviations, double largest) {
    FeatureRows rows = unit_rows(pool.features);
    std::vector<double> scales(pool.rows.size(), 0.0);
    for (std::size_t i = 0; i < pool.open.size(); ++i)
        scales[pool.open[i]] = deviations[i] / (noise_share * largest);
    for (Eigen::Index row = 0; row < rows.rows(); ++row)
        rows.row(row) *= scales[static_cast<std::size_t>(row)];
    return rows;
}

class Chooser {
  public:
    Chooser(const Pool& pool, std::size_t before) : pool_(pool), before_(before) {}

    void by_disagreement(std::span<const PredictorPtr> models, std::size_t count) {
        const std::vector<double> deviations = disagreement(models, pool_.archs.select(pool_.open));
        const double largest = *std::ranges::max_element(deviations);
        if (largest <= 0)
            return;
        std::vector<double> percent(pool_.rows.size(), 0.0);
        for (std::size_t i = 0; i < deviations.size(); ++i)
            percent[pool_.open[i]] = 100 * deviations[i];
        const FeatureRows rows = directed(pool_, deviations, largest);
        for (const std::size_t number :
             augment(rows, {}, pool_.open, count, Criterion::determinant).rows)
            take(number, "disagreement", percent[number]);
    }

    void by_design(std::size_t count, std::uint64_t seed) {
        if (count == 0)
            return;
        const FeatureRows rows = prior_rows(pool_.features);
        if (pool_.held.empty() && taken_.empty()) {
            Rng rng(seed, "next networks");
            const auto first = rng.below(static_cast<std::uint32_t>(pool_.open.size()));
            const Additions only = augment(rows, {}, {pool_.open[first]}, 1, Criterion::variance);
            take(only.rows.front(), "design", 100 * only.gains.front());
            --count;
        }
        std::vector<std::size_t> held = pool_.held;
        held.insert(held.end(), taken_.begin(), taken_.end());
        const Additions found = augment(rows, held, pool_.open, count, Criterion::variance);
        for (std::size_t i = 0; i < found.rows.size(); ++i)
            take(found.rows[i], "design", 100 * found.gains[i]);
    }

    [[nodiscard]] std::size_t left(std::size_t count) const {
        return std::min(count, pool_.open.size()) - taken_.size();
    }
    [[nodiscard]] NextNetworks result() { return std::move(found_); }

  private:
    void take(std::size_t number, const char* reason, double value) {
        taken_.push_back(number);
        found_.rows.push_back(pool_.rows[number] - before_);
        found_.reasons.emplace_back(reason);
        found_.values.push_back(value);
    }

    const Pool& pool_;
    std::size_t before_;
    std::vector<std::size_t> taken_;
    NextNetworks found_;
};

}  // namespace

std::vector<double> disagreement(std::span<const PredictorPtr> models, const Architectures& archs) {
    std::vector<const Predictor*> members;
    for (const PredictorPtr& model : models)
        append_members(*model, members);
    if (members.empty())
        throw ConfigError("disagreement: at least one model expected");
    std::vector<VectorXd> predictions;
    VectorXd own = VectorXd::Zero(static_cast<Eigen::Index>(archs.size()));
    double knowing = 0;
    for (const Predictor* model : members) {
        Monitor::current().poll();
        predictions.push_back(values_at(*model, archs, "next networks: model"));
        require_finite(predictions.back(), predictions.size());
        if (archs.size() == 0)
            continue;
        if (const VectorXd variances = own_variances(*model, archs, predictions.back());
            variances.size() > 0) {
            own += variances;
            ++knowing;
        }
    }
    std::vector<double> deviations(archs.size());
    for (std::size_t i = 0; i < deviations.size(); ++i) {
        const auto row = static_cast<Eigen::Index>(i);
        deviations[i] =
            std::sqrt(log_variance(predictions, row) + own[row] / std::max(knowing, 1.0));
    }
    return deviations;
}

NextNetworks next_networks(std::span<const PredictorPtr> models, const Architectures& measured,
                           const Architectures& candidates, const NextSettings& settings) {
    check_settings(settings);
    const Pool pool = pool_of(measured, candidates);
    if (pool.open.empty())
        return {};
    Chooser chooser(pool, measured.size());
    const std::size_t count = chooser.left(settings.count);
    const auto uncertain =
        static_cast<std::size_t>(std::lround(settings.disagreement * static_cast<double>(count)));
    if (!models.empty() && uncertain > 0)
        chooser.by_disagreement(models, uncertain);
    chooser.by_design(chooser.left(settings.count), settings.seed);
    return chooser.result();
}

}  // namespace latpred
