#include "training/loop.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>
#include <string_view>
#include <utility>

#include "base/error.hpp"
#include "base/names.hpp"
#include "base/rng.hpp"
#include "base/text.hpp"
#include "metrics/evaluation.hpp"

namespace latpred {
namespace {

constexpr std::size_t most = 1'000'000'000;  // epochs x steps of one stay countable
constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr std::array<std::string_view, 4> criteria{"mae", "mape", "rmse", "spearman"};

[[noreturn]] void diverged(const std::string& what, std::size_t epoch, double learning_rate) {
    throw TrainingError(message("training: ", what, " is not finite in epoch ", epoch + 1,
                                " (learning rate ", learning_rate,
                                "): try a smaller learning rate, clip_norm=1 or a scaled target"));
}

/// Puts the blocks back unless told that all went well.
class Rollback {
  public:
    explicit Rollback(std::vector<std::pair<std::string, std::span<float>>> blocks)
        : blocks_(std::move(blocks)) {
        for (const auto& [name, values] : blocks_)
            copies_.emplace_back(values.begin(), values.end());
    }
    ~Rollback() {
        for (std::size_t i = 0; armed_ && i < blocks_.size(); ++i)
            std::ranges::copy(copies_[i], blocks_[i].second.begin());
    }
    Rollback(const Rollback&) = delete;
    Rollback& operator=(const Rollback&) = delete;
    void disarm() { armed_ = false; }

  private:
    std::vector<std::pair<std::string, std::span<float>>> blocks_;
    std::vector<std::vector<float>> copies_;
    bool armed_ = true;
};

/// Minibatches of rows of one group each, the rows of a group in an order by the seed.
std::vector<std::vector<std::uint32_t>> grouped_batches(const LoopSettings& settings) {
    std::map<std::uint32_t, std::vector<std::uint32_t>> rows;
    for (std::size_t row = 0; row < settings.groups.size(); ++row)
        rows[settings.groups[row]].push_back(static_cast<std::uint32_t>(row));
    std::vector<std::vector<std::uint32_t>> batches;
    for (auto& [group, own] : rows) {
        Rng(settings.seed, "group", group).shuffle(std::span(own));
        for (std::size_t begin = 0; begin < own.size(); begin += settings.batch_size) {
            const auto some =
                std::span(own).subspan(begin, std::min(settings.batch_size, own.size() - begin));
            batches.emplace_back(some.begin(), some.end());
        }
    }
    return batches;
}

}  // namespace

void check_loop(const LoopSettings& s) {
    if (s.epochs == 0 || s.batch_size == 0 || s.epochs > most || s.batch_size > most ||
        s.patience > most) {
        throw ConfigError(message("training: ", s.epochs, " epochs of minibatches of ",
                                  s.batch_size, " with a patience of ", s.patience, ", from 1 to ",
                                  most, " each expected (0 for no patience)"));
    }
    if (!(s.clip_norm >= 0) || !std::isfinite(s.clip_norm))
        throw ConfigError(message("training: clip_norm ", s.clip_norm, ", at least 0 expected"));
    if (std::ranges::find(criteria, s.criterion) == criteria.end()) {
        throw ConfigError(message("unknown criterion '", excerpt(s.criterion), "'; known: ",
                                  join(criteria), did_you_mean(s.criterion, criteria)));
    }
}

TrainingLoop::TrainingLoop(const Parameters& parameters, const OptimizerSettings& optimizer,
                           ScheduleSettings schedule, LoopSettings settings, std::size_t rows)
    : parameters_(parameters), optimizer_(parameters, optimizer), schedule_(std::move(schedule)),
      settings_(std::move(settings)), rows_(rows), best_(parameters.size()) {
    check_schedule(schedule_);
    check_loop(settings_);
    if (rows == 0)
        throw DataError("training: no rows");
    if (rows > std::numeric_limits<std::uint32_t>::max())
        throw DataError(message("training: ", rows, " rows, at most 2^32 - 1 expected"));
    if (!settings_.groups.empty() && settings_.groups.size() != rows)
        throw ConfigError(
            message("training: groups of ", settings_.groups.size(), " rows for ", rows));
    fixed_ = grouped_batches(settings_);
}

bool TrainingLoop::skips_last() const {
    return settings_.skip_single && fixed_.empty() && rows_ > settings_.batch_size &&
           rows_ % settings_.batch_size == 1;
}

std::size_t TrainingLoop::steps_per_epoch() const {
    if (!fixed_.empty())
        return fixed_.size();
    return (rows_ + settings_.batch_size - 1) / settings_.batch_size - (skips_last() ? 1 : 0);
}

double TrainingLoop::criterion_of(const EpochRecord& record) const {
    if (settings_.criterion == "spearman")  // NaN where all predictions are alike
        return std::isnan(record.spearman) ? 1.0 : -record.spearman;
    if (settings_.criterion == "mape")
        return record.mape;
    return settings_.criterion == "rmse" ? record.rmse : record.mae;
}

std::vector<std::vector<std::uint32_t>> TrainingLoop::batches() const {
    Rng rng(settings_.seed, "shuffle", history_.size());
    std::vector<std::vector<std::uint32_t>> all = fixed_;
    if (!all.empty()) {
        std::vector<std::size_t> order(all.size());
        std::iota(order.begin(), order.end(), std::size_t{0});
        rng.shuffle(std::span(order));
        for (std::size_t i = 0; i < order.size(); ++i)
            all[i] = fixed_[order[i]];
        return all;
    }
    std::vector<std::uint32_t> order(rows_);
    std::iota(order.begin(), order.end(), 0U);
    rng.shuffle(std::span(order));
    for (std::size_t begin = 0; begin < rows_; begin += settings_.batch_size) {
        const auto some =
            std::span(order).subspan(begin, std::min(settings_.batch_size, rows_ - begin));
        all.emplace_back(some.begin(), some.end());
    }
    if (skips_last())
        all.pop_back();
    return all;
}

double TrainingLoop::run_batches(const BatchStep& step, Monitor& monitor) {
    const std::size_t steps = settings_.epochs * steps_per_epoch();
    double sum = 0;
    for (const std::vector<std::uint32_t>& rows : batches()) {
        monitor.poll();
        const double factor = schedule_factor(schedule_, optimizer_.steps(), steps);
        const double loss = step(rows);
        if (!std::isfinite(loss)) {
            diverged("the loss", history_.size(), optimizer_.settings().learning_rate * factor);
        }
        if (settings_.clip_norm > 0)
            static_cast<void>(parameters_.clip_gradients(settings_.clip_norm));
        optimizer_.step(factor);
        sum += loss * static_cast<double>(rows.size());
    }
    return sum / static_cast<double>(rows_ - (skips_last() ? 1 : 0));
}

void TrainingLoop::judge(const Validation& validation, EpochRecord& record) {
    record.mae = record.rmse = record.spearman = record.mape = nan;
    if (validation.truth.empty())
        return;
    std::vector<double> predicted(validation.truth.size());
    validation.predict(predicted);
    if (!std::ranges::all_of(predicted, [](double v) { return std::isfinite(v); }))
        diverged("a prediction", history_.size(), record.learning_rate);
    const Evaluation found = evaluate(validation.truth, predicted);
    record.mae = found.mae;
    record.rmse = found.rmse;
    record.spearman = found.spearman;
    record.mape = found.mape_percent;
}

bool TrainingLoop::run_epoch(const BatchStep& step, const Validation& validation,
                             Monitor& monitor) {
    if (finished())
        return false;
    const std::size_t steps_before = optimizer_.steps();
    try {
        Rollback rollback(blocks());
        EpochRecord record;
        record.train_loss = run_batches(step, monitor);
        const std::size_t steps = settings_.epochs * steps_per_epoch();
        record.learning_rate = optimizer_.settings().learning_rate *
                               schedule_factor(schedule_, optimizer_.steps() - 1, steps);
        judge(validation, record);
        const bool better =
            !validation.truth.empty() &&
            (!validated_ || criterion_of(record) < criterion_of(history_.at(best_epoch_)));
        rollback.disarm();
        if (better) {
            std::ranges::copy(parameters_.values(), best_.data());
            best_epoch_ = history_.size();
            validated_ = true;
        }
        history_.push_back(record);
    } catch (...) {
        optimizer_.set_steps(steps_before);
        throw;
    }
    return true;
}

bool TrainingLoop::stopped_early() const {
    return validated_ && settings_.patience > 0 && history_.size() < settings_.epochs &&
           history_.size() - 1 - best_epoch_ >= settings_.patience;
}

bool TrainingLoop::finished() const {
    return history_.size() >= settings_.epochs || stopped_early();
}

std::size_t TrainingLoop::best_epoch() const {
    return validated_ || history_.empty() ? best_epoch_ : history_.size() - 1;
}

void TrainingLoop::finish() {
    if (settings_.keep_best && validated_)
        std::ranges::copy(best_.span(), parameters_.values().begin());
}

}  // namespace latpred
