// The fit of peak memory.
#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

#include <Eigen/Core>

#include "base/error.hpp"
#include "base/statistics.hpp"
#include "base/text.hpp"
#include "kernels/non_negative.hpp"
#include "kernels/peak_memory.hpp"

namespace latpred {
namespace {

constexpr std::size_t least_memory_rows = 4;
constexpr double usual_noise = 0.03;   // of a measured peak, relative
constexpr double memory_corner = 2.0;  // in robust deviations
constexpr int memory_rounds = 6;

enum class MemoryStage : std::uint8_t { load, run };

/// Shares before anything is measured, and how far they may be off.
struct UsualShares {
    Eigen::VectorXd mean;
    Eigen::VectorXd deviation;
};

/// While loading, weights and a copy of the largest, which is laid out anew; while running, weights
/// and living values twice, since freed memory is in pieces that do not fit what comes next.
UsualShares usual_shares(MemoryStage stage) {
    const auto parts = memory_part_list();
    const auto terms = static_cast<Eigen::Index>(parts.size()) + 1;
    UsualShares usual{Eigen::VectorXd::Zero(terms), Eigen::VectorXd::Ones(terms)};
    usual.deviation[0] = 2e7;  // bytes
    for (Eigen::Index j = 1; j < terms; ++j) {
        const auto member = parts[static_cast<std::size_t>(j) - 1].member;
        if (member == &MemoryParts::operators)
            usual.deviation[j] = 1e4;  // bytes
        else if (member == &MemoryParts::weights ||
                 (member == &MemoryParts::largest_weight && stage == MemoryStage::load))
            usual.mean[j] = 1;
        else if (member == &MemoryParts::in_place && stage == MemoryStage::run)
            usual.mean[j] = 2;
    }
    return usual;
}

/// While a network is loaded no value lives yet; inputs and outputs are among what lives later.
bool counts_in(MemoryStage stage, const MemoryPart& part) {
    constexpr std::array while_loading{&MemoryParts::weights,        &MemoryParts::embedded_weights,
                                       &MemoryParts::conv_weights,   &MemoryParts::product_weights,
                                       &MemoryParts::largest_weight, &MemoryParts::operators};
    constexpr std::array never_while_running{&MemoryParts::largest_weight, &MemoryParts::inputs,
                                             &MemoryParts::outputs};
    if (stage == MemoryStage::load)
        return std::ranges::find(while_loading, part.member) != while_loading.end();
    return std::ranges::find(never_while_running, part.member) == never_while_running.end();
}

double measured_peak(const MemoryRow& row, double base) {
    const double run = std::isnan(row.run_bytes) ? 0 : row.run_bytes;
    return base + std::max(row.load_bytes, run);
}

class StageFit {
  public:
    StageFit(std::span<const MemoryRow> rows, double base, MemoryStage stage);

    /// All rows but those of a family.
    [[nodiscard]] PeakMemoryModel::Shares fit(const std::string* without) const;

  private:
    [[nodiscard]] Eigen::VectorXd solve(const Eigen::MatrixXd& x, const Eigen::VectorXd& y,
                                        const Eigen::VectorXd& weights) const;

    std::vector<std::string> families_;
    Eigen::MatrixXd x_;      ///< rows of relative terms: term / peak * `scale_`
    Eigen::VectorXd y_;      ///< measured / peak
    Eigen::VectorXd scale_;  ///< of each share: how far it may be off
    Eigen::VectorXd prior_;  ///< usual shares / `scale_`
};

StageFit::StageFit(std::span<const MemoryRow> rows, double base, MemoryStage stage) {
    const auto parts = memory_part_list();
    std::vector<const MemoryRow*> known;
    for (const MemoryRow& row : rows)
        if (stage == MemoryStage::load || !std::isnan(row.run_bytes))
            known.push_back(&row);
    const auto terms = static_cast<Eigen::Index>(parts.size()) + 1;
    x_ = Eigen::MatrixXd::Zero(static_cast<Eigen::Index>(known.size()), terms);
    y_.resize(x_.rows());
    for (Eigen::Index i = 0; i < x_.rows(); ++i) {
        const MemoryRow& row = *known[static_cast<std::size_t>(i)];
        const double bytes = stage == MemoryStage::load ? row.load_bytes : row.run_bytes;
        const double peak = measured_peak(row, base) + 1;
        families_.push_back(row.family);
        x_(i, 0) = 1 / peak;
        for (std::size_t j = 0; j < parts.size(); ++j)
            if (counts_in(stage, parts[j]))
                x_(i, static_cast<Eigen::Index>(j) + 1) = row.parts.*parts[j].member / peak;
        y_[i] = bytes / peak;
    }
    const UsualShares usual = usual_shares(stage);
    scale_ = usual.deviation;
    prior_ = usual.mean.cwiseQuotient(scale_);
    x_ *= scale_.asDiagonal();
}

Eigen::VectorXd StageFit::solve(const Eigen::MatrixXd& x, const Eigen::VectorXd& y,
                                const Eigen::VectorXd& weights) const {
    const Eigen::MatrixXd weighted = weights.asDiagonal() * x;
    Eigen::MatrixXd q = x.transpose() * weighted;
    constexpr double pull = usual_noise * usual_noise;
    q.diagonal().array() += pull;
    return non_negative_solution(q, weighted.transpose() * y + pull * prior_);
}

PeakMemoryModel::Shares StageFit::fit(const std::string* without) const {
    std::vector<Eigen::Index> chosen;
    for (Eigen::Index i = 0; i < x_.rows(); ++i)
        if (without == nullptr || families_[static_cast<std::size_t>(i)] != *without)
            chosen.push_back(i);
    const Eigen::MatrixXd x = x_(chosen, Eigen::all);
    const Eigen::VectorXd y = y_(chosen);
    Eigen::VectorXd weights = Eigen::VectorXd::Ones(y.size());
    Eigen::VectorXd shares = solve(x, y, weights);
    for (int round = 0; round < memory_rounds && y.size() > 0; ++round) {
        const Eigen::VectorXd left = y - x * shares;
        const std::vector<double> found =
            huber_weights({left.data(), static_cast<std::size_t>(left.size())}, memory_corner,
                          std::numeric_limits<double>::epsilon());
        weights = Eigen::Map<const Eigen::VectorXd>(found.data(), y.size());
        shares = solve(x, y, weights);
    }
    PeakMemoryModel::Shares bytes(static_cast<std::size_t>(shares.size()));
    for (Eigen::Index j = 0; j < shares.size(); ++j)
        bytes[static_cast<std::size_t>(j)] = shares[j] * scale_[j];
    return bytes;
}

void require_memory_rows(std::span<const MemoryRow> rows, double base) {
    if (rows.size() < least_memory_rows) {
        throw DataError(message("peak memory: ", rows.size(), " measured networks, at least ",
                                least_memory_rows, " expected"));
    }
    const bool fits = std::ranges::all_of(rows, [](const MemoryRow& row) {
        return std::isfinite(row.load_bytes) && row.load_bytes >= 0 && !std::isinf(row.run_bytes) &&
               !(row.run_bytes < 0);
    });
    if (!fits || !std::isfinite(base) || base < 0)
        throw DataError("peak memory: measured bytes that are finite and at least 0 expected");
}

}  // namespace

PeakMemoryModel fit_peak_memory(std::span<const MemoryRow> rows, double base_bytes) {
    require_memory_rows(rows, base_bytes);
    const StageFit load(rows, base_bytes, MemoryStage::load);
    const StageFit run(rows, base_bytes, MemoryStage::run);
    std::set<std::string> families;
    for (const MemoryRow& row : rows)
        families.insert(row.family);
    HeldOutMemory held_out;
    for (const std::string& family : families) {
        if (families.size() == 1)
            break;
        const PeakMemoryModel without(base_bytes, load.fit(&family), run.fit(&family), {});
        for (const MemoryRow& row : rows) {
            if (row.family != family)
                continue;
            held_out.measured.push_back(measured_peak(row, base_bytes));
            held_out.predicted.push_back(without.predict(row.parts, 0.5).peak_bytes);
        }
    }
    return {base_bytes, load.fit(nullptr), run.fit(nullptr), std::move(held_out)};
}

}  // namespace latpred
