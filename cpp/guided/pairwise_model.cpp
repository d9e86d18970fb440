#include "guided/pairwise_model.hpp"

#include <cmath>
#include <numeric>

#include "base/dense.hpp"
#include "predictors/ridge.hpp"
#include "predictors/training_rows.hpp"

namespace latpred {
namespace {

using Eigen::Index;

constexpr std::size_t rows_for_ridge = 256;

/// Features that rows share which agree in `genes` genes.
double shared(std::size_t genes) {
    const auto a = static_cast<double>(genes);
    return a + a * (a - 1) / 2;
}

Eigen::MatrixXd agreements(std::span<const std::uint16_t> codes, std::size_t genes) {
    const std::size_t rows = codes.size() / genes;
    Eigen::MatrixXd kernel(static_cast<Index>(rows), static_cast<Index>(rows));
    for (std::size_t i = 0; i < rows; ++i) {
        const std::uint16_t* a = codes.data() + i * genes;
        for (std::size_t j = 0; j <= i; ++j) {
            const std::uint16_t* b = codes.data() + j * genes;
            std::size_t equal = 0;
            for (std::size_t k = 0; k < genes; ++k)
                equal += a[k] == b[k] ? 1U : 0U;
            kernel(static_cast<Index>(i), static_cast<Index>(j)) = shared(equal);
        }
    }
    return kernel;
}

}  // namespace

PairwiseModel::PairwiseModel(const SpacePtr& space)
    : genes_(space->gene_count()), scale_(1 / std::sqrt(shared(genes_))) {
    std::size_t next = 0;
    for (const Gene& gene : space->genes()) {
        choices_.push_back(static_cast<std::size_t>(gene.choices()) + 1);
        places_.push_back(next);
        next += choices_.back();
    }
    for (std::size_t i = 0; i < genes_; ++i) {
        for (std::size_t j = i + 1; j < genes_; ++j) {
            pair_places_.push_back(next);
            next += choices_[i] * choices_[j];
        }
    }
    weights_.resize(next);
}

PairwiseModel::Codes PairwiseModel::codes_of(const Architectures& archs) const {
    Codes codes;
    codes.reserve(archs.size() * genes_);
    for (std::size_t i = 0; i < archs.size(); ++i) {
        const auto row = archs.row(i);
        for (std::size_t k = 0; k < genes_; ++k) {
            const bool active = archs.space().active(row, k);
            codes.push_back(static_cast<std::uint16_t>(active ? row[k] : choices_[k] - 1));
        }
    }
    return codes;
}

template <class Take>
void PairwiseModel::each_feature(std::span<const std::uint16_t> row, const Take& take) const {
    std::size_t pair = 0;
    for (std::size_t i = 0; i < genes_; ++i) {
        take(places_[i] + row[i]);
        for (std::size_t j = i + 1; j < genes_; ++j)
            take(pair_places_[pair++] + row[i] * choices_[j] + row[j]);
    }
}

double PairwiseModel::choose_ridge(const Architectures& archs,
                                   std::span<const double> centred) const {
    const std::vector<std::size_t> rows = thinned(archs, rows_for_ridge);
    const Codes codes = codes_of(archs.select(rows));
    const auto width = static_cast<Index>(weights_.size());
    FeatureMatrix features(static_cast<Index>(rows.size()), width);
    std::vector<Eigen::Triplet<double>> entries;
    Eigen::VectorXd y(features.rows());
    for (std::size_t i = 0; i < rows.size(); ++i) {
        y[static_cast<Index>(i)] = centred[rows[i]];
        each_feature(std::span(codes).subspan(i * genes_, genes_), [&](std::size_t feature) {
            entries.emplace_back(static_cast<Index>(i), static_cast<Index>(feature), scale_);
        });
    }
    features.setFromTriplets(entries.begin(), entries.end());
    PriorMap same(width, width);
    same.setIdentity();
    return DenseRidge(features, same, Eigen::VectorXd::Ones(features.rows())).choose(y);
}

void PairwiseModel::fit(const Architectures& archs, std::span<const double> scores) {
    const auto count = static_cast<double>(scores.size());
    mean_ = std::accumulate(scores.begin(), scores.end(), 0.0) / count;
    std::vector<double> centred(scores.begin(), scores.end());
    for (double& score : centred)
        score -= mean_;
    const Codes codes = codes_of(archs);
    Eigen::MatrixXd kernel = agreements(codes, genes_) * (scale_ * scale_);
    kernel.diagonal().array() += choose_ridge(archs, centred);
    const Eigen::VectorXd y =
        Eigen::Map<const Eigen::VectorXd>(centred.data(), static_cast<Index>(centred.size()));
    const Eigen::VectorXd dual = Cholesky(std::move(kernel)).solve(y);
    weights_.assign(weights_.size(), 0);
    for (std::size_t i = 0; i < archs.size(); ++i) {
        const double weight = dual[static_cast<Index>(i)] * scale_ * scale_;
        each_feature(std::span(codes).subspan(i * genes_, genes_),
                     [&](std::size_t feature) { weights_[feature] += weight; });
    }
}

std::vector<double> PairwiseModel::predict(const Architectures& archs) const {
    const Codes codes = codes_of(archs);
    std::vector<double> values(archs.size(), mean_);
    for (std::size_t i = 0; i < values.size(); ++i) {
        each_feature(std::span(codes).subspan(i * genes_, genes_),
                     [&](std::size_t feature) { values[i] += weights_[feature]; });
    }
    return values;
}

}  // namespace latpred
