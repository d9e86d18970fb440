#include "selection/learning_curve.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <numeric>
#include <set>

#include "base/error.hpp"
#include "base/text.hpp"
#include "datasets/folds.hpp"
#include "selection/watch.hpp"

namespace latpred {
namespace {

using Numbers = std::vector<std::size_t>;

[[noreturn]] void refuse(const CurvePlan& plan, std::size_t rows) {
    throw DataError(message("learning curve: sizes ", join_few(plan.sizes), ", ", plan.repeats,
                            " repeats; 1 to ", rows,
                            " rows, one to judge by and 1 repeat or more expected"));
}

/// Of `order`, what lies behind the first `used` rows and is of no network among them.
Numbers unseen(const Architectures& archs, const Numbers& order, std::size_t used) {
    const std::vector<std::uint64_t> hashes = archs.hashes();
    std::set<std::uint64_t> seen;
    for (std::size_t i = 0; i < used; ++i)
        seen.insert(hashes[order[i]]);
    Numbers rest;
    for (std::size_t i = used; i < order.size(); ++i) {
        if (!seen.contains(hashes[order[i]]))
            rest.push_back(order[i]);
    }
    return rest;
}

/// One fit, judged.
class Trial {
  public:
    Trial(const CurvePlan& plan, LearningCurves& found) : plan_(plan), found_(found) {}

    void run(const Fitter& fitter, const Rows& train, const Rows& test, const FitContext& context,
             std::size_t place) {
        const auto start = std::chrono::steady_clock::now();
        try {
            const PredictorPtr model = fitter.fit(train, context);
            found_.seconds[place] = since(start);
            std::vector<double> predicted(test.values.size());
            model->evaluate(test.archs, predicted);
            found_.errors[place] = evaluate(test.values, predicted);
        } catch (const TrainingError&) {
            if (!plan_.gaps)
                throw;
            found_.seconds[place] = since(start);
        }
    }

  private:
    static double since(std::chrono::steady_clock::time_point start) {
        return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    }

    const CurvePlan& plan_;
    LearningCurves& found_;
};

}  // namespace

std::vector<Repeats> over_repeats(std::span<const double> errors, std::size_t repeats) {
    if (repeats == 0 || errors.size() % repeats != 0)
        throw DataError(message("repeats: ", errors.size(), " errors of ", repeats, " each"));
    std::vector<Repeats> found;
    for (; !errors.empty(); errors = errors.subspan(repeats)) {
        const std::span<const double> of = errors.first(repeats);
        const double sum = std::accumulate(of.begin(), of.end(), 0.0);
        const auto [least, most] = std::ranges::minmax(of);
        found.push_back(std::isnan(sum) ? Repeats{sum, sum, sum}
                                        : Repeats{sum / static_cast<double>(repeats), least, most});
    }
    return found;
}

LearningCurves learning_curves(std::span<const FitterPtr> fitters, const Rows& rows,
                               const std::optional<Rows>& test, const CurvePlan& plan,
                               const FitContext& context) {
    const Fold split = hold_out(rows.archs, test ? 0.0 : plan.test_share, plan.seed);
    const RowSelection pool(rows, split.train);
    const RowSelection held_out(rows, split.held_out);
    const bool rest = !test && plan.test_share == 0;
    if (fitters.empty())
        throw ConfigError("learning curve: at least one fitter expected");
    const auto [least, most] = std::ranges::minmax(plan.sizes.empty() ? Numbers{0} : plan.sizes);
    if (least < 1 || most > pool.archs.size() || plan.repeats < 1)
        refuse(plan, pool.archs.size());
    const std::size_t sizes = plan.sizes.size();
    LearningCurves found;
    found.errors.resize(fitters.size() * sizes * plan.repeats);
    found.seconds.resize(found.errors.size());
    PollOnly quiet(context.watch());
    Trial trial(plan, found);
    for (std::size_t r = 0; r < plan.repeats; ++r) {
        const Numbers order = drawn_order(pool.archs, pool.values, 1000 * plan.seed + r);
        const RowSelection others(pool.rows(), rest ? unseen(pool.archs, order, most) : Numbers{});
        const Rows judged = test ? *test : rest ? others.rows() : held_out.rows();
        if (judged.values.empty())
            refuse(plan, pool.archs.size());
        found.test_rows = r == 0 ? judged.values.size() : found.test_rows;
        for (std::size_t s = 0; s < sizes; ++s) {
            const RowSelection train(pool.rows(), std::span(order).first(plan.sizes[s]));
            for (std::size_t f = 0; f < fitters.size(); ++f)
                trial.run(*fitters[f], train.rows(), judged,
                          {context.seed + r, context.threads, &quiet},
                          (f * sizes + s) * plan.repeats + r);
            context.watch().progress(r * sizes + s + 1, plan.repeats * sizes,
                                     message(plan.sizes[s], " rows"));
        }
    }
    return found;
}

}  // namespace latpred
