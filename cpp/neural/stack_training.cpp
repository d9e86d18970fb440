#include "neural/stack_training.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "base/error.hpp"
#include "base/monitor.hpp"
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

void predict_rows(const LayerStack& stack, const StackData& data, std::span<double> values) {
    want_one_output(stack);
    std::vector<std::uint32_t> rows(values.size());
    std::iota(rows.begin(), rows.end(), 0U);
    std::vector<float> outputs(std::min(rows_a_pass, rows.size()));
    for (std::size_t begin = 0; begin < rows.size(); begin += rows_a_pass) {
        Monitor::current().poll();
        const std::size_t count = std::min(rows_a_pass, rows.size() - begin);
        stack.forward(data, std::span(rows).subspan(begin, count), std::span(outputs).first(count));
        std::copy_n(outputs.begin(), count, values.begin() + static_cast<std::ptrdiff_t>(begin));
    }
}

}  // namespace latpred
