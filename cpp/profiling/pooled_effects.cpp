#include "profiling/pooled_effects.hpp"

#include <algorithm>
#include <cmath>

#include "base/dense.hpp"
#include "base/distributions.hpp"
#include "base/error.hpp"
#include "base/index.hpp"
#include "base/text.hpp"
#include "profiling/pooled_counting.hpp"
#include "profiling/pooled_legacy.hpp"
#include "profiling/several_tests.hpp"

namespace latpred {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

constexpr double rounding_share = 1e-12;  ///< of the largest value

Estimates part(const Estimates& all, Index begin, Index count) {
    const auto cut = [&](const VectorXd& v) -> VectorXd { return v.segment(begin, count); };
    return {cut(all.value), cut(all.error), cut(all.degrees),
            cut(all.low),   cut(all.high),  cut(all.p_value)};
}

[[noreturn]] void refuse(const PooledDesign& design, std::size_t networks, std::size_t expected) {
    throw DataError(message("pooled regression: ", networks, " networks for ", design.terms(),
                            " terms of ", excerpt(design.factors().space().name()), "; at least ",
                            expected, " expected, or another design (paired, independent)"));
}

}  // namespace

PooledModel::PooledModel(const PooledFactors& factors, PooledMoments moments,
                         const Architectures& archs, bool legacy)
    : factors_(factors) {
    if (factors.sites().empty()) {
        throw ConfigError(message("pooled regression: ", excerpt(factors.space().name()),
                                  " has no layers whose blocks can be chosen"));
    }
    choose_design(archs, std::make_shared<const PooledMoments>(std::move(moments)));
    set_placements();
    set_base(legacy);
    set_functions();
    weights_ = fit_->weights(product(base_, functions_));
    degrees_ = fit_->degrees(weights_);
}

void PooledModel::choose_design(const Architectures& archs,
                                const std::shared_ptr<const PooledMoments>& moments) {
    design_.emplace(factors_, moments, block_columns(factors_));
    if (fits(archs))
        return;
    const Eigen::Index terms = design_->terms();
    design_.emplace(factors_, moments, gene_columns(factors_, gene_groups(factors_)));
    joint_ = design_->terms() == terms;
    if (!fits(archs)) {
        const std::size_t more = archs.size() + archs.size() / 4;  // a term none of them has
        const std::size_t least = design_->least_networks();
        refuse(*design_, archs.size(), archs.size() < least ? least : more);
    }
}

/// Whether the networks are enough for the design, and happen to tell its terms apart.
bool PooledModel::fits(const Architectures& archs) {
    if (archs.size() < design_->least_networks())
        return false;
    try {
        fit_.emplace(design_->rows(archs));
    } catch (const DataError&) {
        return false;
    }
    return true;
}

void PooledModel::set_placements() {
    int first = 0;
    for (int site = 0; site < static_cast<int>(factors_.sites().size()); ++site) {
        const int offset = factors_.offset(factors_.factor_of_site(as_index(site)));
        const std::vector<Block>& blocks = factors_.sites()[as_index(site)].blocks;
        for (int block = 0; block < static_cast<int>(blocks.size()); ++block) {
            if (!(design_->probability(offset + block) > 0))
                continue;
            states_.push_back(offset + block);
            if (sites_.empty() || sites_.back() != site) {
                sites_.push_back(site);
                first = static_cast<int>(placements_.size());
            } else {
                contrasts_.emplace_back(static_cast<int>(placements_.size()), first);
            }
            placements_.emplace_back(site, block);
            const std::string& name = blocks[as_index(block)].name;
            if (std::ranges::find(blocks_, name) == blocks_.end())
                blocks_.push_back(name);
        }
    }
}

void PooledModel::set_base(bool legacy) {
    base_.resize(design_->terms(), static_cast<Index>(placements_.size()) + 1);
    base_.col(0) = design_->expectation(-1);
    for (std::size_t k = 0; k < placements_.size(); ++k) {
        const auto site = as_index(placements_[k].first);
        base_.col(static_cast<Index>(k) + 1) = legacy
                                                   ? legacy_expectation(*design_, site, states_[k])
                                                   : design_->expectation(states_[k]);
    }
}

void PooledModel::set_functions() {
    const auto count = static_cast<Index>(placements_.size());
    const auto blocks = static_cast<Index>(blocks_.size());
    const auto sites = static_cast<Index>(sites_.size());
    MatrixXd of_blocks = MatrixXd::Zero(1 + count, blocks);
    MatrixXd of_sites = MatrixXd::Zero(1 + count, sites);
    for (Index k = 0; k < count; ++k) {
        const auto [site, block] = placements_[static_cast<std::size_t>(k)];
        const std::string& name = factors_.sites()[as_index(site)].blocks[as_index(block)].name;
        of_blocks(1 + k, std::ranges::find(blocks_, name) - blocks_.begin()) = 1;
        of_sites(1 + k, std::ranges::find(sites_, site) - sites_.begin()) = 1;
    }
    const VectorXd block_counts = of_blocks.colwise().sum();
    const VectorXd site_counts = of_sites.colwise().sum();
    of_blocks = of_blocks * block_counts.cwiseInverse().asDiagonal();
    of_sites = of_sites * site_counts.cwiseInverse().asDiagonal();
    of_sites.row(0).setConstant(-1);
    const auto contrasts = static_cast<Index>(contrasts_.size());
    functions_ = MatrixXd::Zero(1 + count, 1 + 2 * count + blocks + sites + contrasts);
    functions_.leftCols(1 + count).setIdentity();
    functions_.block(1, 1 + count, count, count).setIdentity();
    functions_.row(0).segment(1 + count, count).setConstant(-1);
    functions_.middleCols(1 + 2 * count, blocks) = of_blocks;
    functions_.middleCols(1 + 2 * count + blocks, sites) = of_sites;
    for (Index c = 0; c < contrasts; ++c) {
        const auto [one, other] = contrasts_[static_cast<std::size_t>(c)];
        functions_(1 + one, 1 + 2 * count + blocks + sites + c) = 1;
        functions_(1 + other, 1 + 2 * count + blocks + sites + c) = -1;
    }
}

Estimates PooledModel::estimates(const VectorXd& y, const VectorXd& base_shift,
                                 const MatrixXd& base_covariance, double base_degrees) const {
    Estimates all;
    all.value = product(weights_.transpose(), y) + product(functions_.transpose(), base_shift);
    const VectorXd squares = fit_->scaled_residuals(y).array().square();
    const VectorXd sampled = product(MatrixXd(weights_.array().square()).transpose(), squares);
    VectorXd added = VectorXd::Zero(all.value.size());
    if (!base_covariance.isZero(0)) {
        const MatrixXd spread = product(base_covariance, functions_);
        added = functions_.cwiseProduct(spread).colwise().sum().transpose();
    }
    all.error = (sampled + added.cwiseMax(0)).cwiseSqrt();
    all.degrees = degrees_;
    for (Index k = 0; k < added.size(); ++k) {  // Welch's and Satterthwaite's
        const double sum = sampled(k) + added(k);
        if (added(k) > 0) {
            all.degrees(k) =
                sum * sum /
                (sampled(k) * sampled(k) / degrees_(k) + added(k) * added(k) / base_degrees);
        }
    }
    return all;
}

PooledEffects PooledModel::effects(const VectorXd& y, const PooledSettings& settings,
                                   const BaseCorrection* correction) const {
    VectorXd shift = VectorXd::Zero(base_.cols());
    MatrixXd added = counting_covariance(y);
    double added_degrees = 1e9;
    if (correction != nullptr) {
        shift = correction->shift;
        added += correction->covariance;
        added_degrees = correction->degrees;
    }
    Estimates all = estimates(y, shift, added, added_degrees);
    const double rounding = rounding_share * y.cwiseAbs().maxCoeff();
    complete(all, settings.confidence, rounding);
    const Index placements = base_.cols() - 1;
    const auto blocks = static_cast<Index>(blocks_.size());
    const auto sites = static_cast<Index>(sites_.size());
    PooledEffects found{.random = part(all, 0, 1),
                        .means = part(all, 1, placements),
                        .effects = part(all, 1 + placements, placements),
                        .block_means = part(all, 1 + 2 * placements, blocks),
                        .depth_effects = part(all, 1 + 2 * placements + blocks, sites),
                        .contrasts = part(all, 1 + 2 * placements + blocks + sites,
                                          static_cast<Index>(contrasts_.size())),
                        .family_low = {},
                        .family_high = {},
                        .covariance = {},
                        .residual_deviation = 0};
    const MatrixXd scaled =
        fit_->scaled_residuals(y).asDiagonal() * weights_.middleCols(1 + placements, placements);
    const auto of_effects = functions_.middleCols(1 + placements, placements);
    found.covariance = gram(scaled.transpose(), Monitor::current());
    if (!added.isZero(0))
        found.covariance += product(of_effects.transpose(), product(added, of_effects));
    const double level = simultaneous_level(found.covariance, settings.confidence, settings.seed);
    VectorXd half(placements);
    for (Index k = 0; k < placements; ++k)
        half(k) = student_bound(level, found.effects.degrees(k)) *
                  std::max(found.effects.error(k), rounding);
    found.family_low = found.effects.value - half;
    found.family_high = found.effects.value + half;
    const auto left = static_cast<double>(fit_->rows() - fit_->terms());
    found.residual_deviation = std::sqrt(fit_->residuals(y).squaredNorm() / left);
    return found;
}

MatrixXd PooledModel::counting_covariance(const VectorXd& y) const {
    if (design_->moments().draws == 0)
        return MatrixXd::Zero(base_.cols(), base_.cols());
    return counted_base_covariance(*design_, states_, fit_->coefficients(y));
}

}  // namespace latpred
