#include "neural/stack_training.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "base/error.hpp"
#include "base/parallel.hpp"
#include "base/text.hpp"

namespace latpred {
namespace {

constexpr std::size_t rows_a_pass = 256;  // whose activations stay in the caches

void want_one_output(const LayerStack& stack) {
    if (stack.outputs() != 1)
        throw ConfigError(message("layer stack: ", stack.outputs(), " outputs, 1 expected"));
}

}  // namespace

StackTraining::StackTraining(LayerStack& stack, const StackData& data, std::vector<float> targets,
                             LossSettings loss, const OptimizerSettings& optimizer,
                             ScheduleSettings schedule, const LoopSettings& loop)
    : stack_(stack), data_(data), targets_(std::move(targets)), loss_(std::move(loss)),
      seed_(loop.seed),
      loop_(stack.parameters(), optimizer, std::move(schedule), loop, targets_.size()) {
    want_one_output(stack);
    check_loss(loss_);
    stack.check(data);
    if (targets_.size() != data.rows)
        throw ConfigError(
            message("layer stack: ", targets_.size(), " targets for ", data.rows, " rows"));
    if (!std::ranges::all_of(targets_, [](float v) { return std::isfinite(v); }))
        throw DataError("layer stack: targets that are not finite");
}

double StackTraining::step(std::span<const std::uint32_t> rows) {
    wanted_.clear();
    for (const std::uint32_t row : rows)
        wanted_.push_back(targets_[row]);
    return stack_.step(data_, rows, {seed_, loop_.history().size()},
                       [this](std::span<const float> outputs, std::span<float> slopes) {
                           return loss_and_gradient(loss_, outputs, wanted_, slopes);
                       });
}

bool StackTraining::run_epoch(const Validation& validation, Monitor& monitor) {
    return loop_.run_epoch([this](std::span<const std::uint32_t> rows) { return step(rows); },
                           validation, monitor);
}

void predict_rows(const LayerStack& stack, const StackData& data, std::span<double> values,
                  int threads) {
    want_one_output(stack);
    if (values.size() != data.rows)
        throw ConfigError(
            message("layer stack: room for ", values.size(), " of ", data.rows, " outputs"));
    parallel_for(data.rows, rows_a_pass, threads, [&](std::size_t begin, std::size_t end) {
        std::vector<std::uint32_t> rows(end - begin);
        std::iota(rows.begin(), rows.end(), static_cast<std::uint32_t>(begin));
        std::vector<float> outputs(rows.size());
        stack.forward(data, rows, outputs);
        std::ranges::copy(outputs, values.subspan(begin).begin());
    });
}

}  // namespace latpred
