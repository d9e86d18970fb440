#include "searching/scorer.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/error.hpp"
#include "base/numbers.hpp"
#include "base/text.hpp"
#include "searching/hypervolume.hpp"
#include "spaces/text_form.hpp"

namespace latpred {
namespace {

[[noreturn]] void refuse(const std::string& name, double value, const Architectures& archs,
                         std::size_t i, const char* expected) {
    throw DataError(message("search: ", name, " is ",
                            std::isnan(value) ? "NaN" : number_text(value), " for ",
                            to_text(archs.space(), archs.row(i)), ", ", expected, " expected"));
}

void evaluate(const Objective& objective, const std::string& name, const Architectures& archs,
              std::span<double> values) {
    objective.evaluate(archs, values);
    for (std::size_t i = 0; i < values.size(); ++i) {
        // Infinite is beyond every limit, which may be meant; -infinite would meet every one.
        if (std::isnan(values[i]) || values[i] == -std::numeric_limits<double>::infinity())
            refuse(name, values[i], archs, i, "a finite number");
    }
}

}  // namespace

void check(const Problem& problem) {
    if (problem.goals.empty())
        throw ConfigError("search: an objective expected, none given");
    for (const Goal& goal : problem.goals) {
        if (!goal.constraint && goal.objective == nullptr)
            throw ConfigError(message("search: ", goal.name, " without an objective"));
    }
    for (const Constraint& c : problem.constraints) {
        if (c.objective == nullptr)
            throw ConfigError(message("search: ", c.name, " has a limit but no objective"));
        if (std::isnan(c.limit))
            throw ConfigError(message("search: limit of ", c.name, " is NaN, a number expected"));
    }
}

void Population::append(std::span<const GeneValue> row, std::span<const double> row_values) {
    archs.append(row);
    values.insert(values.end(), row_values.begin(), row_values.end());
}

void Population::append(const Population& other, std::size_t i) {
    append(other.archs.row(i), other.limits(i));
    const auto row = other.points().row(i);
    scores.insert(scores.end(), row.begin(), row.end());
}

std::size_t front_capacity(const Problem& problem) {
    return problem.goals.size() <= 2 ? std::numeric_limits<std::size_t>::max() : 5000;
}

Scorer::Scorer(const Problem& problem, std::size_t front_capacity)
    : problem_(problem), front_(problem.goals.size(), problem.space->gene_count(), front_capacity),
      best_(problem),
      largest_(problem.constraints.size(), -std::numeric_limits<double>::infinity()) {
    check(problem);
}

std::vector<double> Scorer::constraint_values(const Architectures& archs) {
    const std::size_t width = problem_.constraints.size();
    std::vector<double> values(archs.size() * width);
    std::vector<double> column(archs.size());
    for (std::size_t c = 0; c < width && !column.empty(); ++c) {
        const Constraint& constraint = problem_.constraints[c];
        evaluate(*constraint.objective, constraint.name, archs, column);
        for (std::size_t i = 0; i < column.size(); ++i)
            values[i * width + c] = column[i];
        largest_[c] = std::max(largest_[c], *std::ranges::max_element(column));
    }
    queries_ += width == 0 ? 0 : archs.size();
    return values;
}

bool Scorer::feasible(std::span<const double> values) const {
    for (std::size_t c = 0; c < values.size(); ++c) {
        if (values[c] > problem_.constraints[c].limit)
            return false;
    }
    return true;
}

void Scorer::score(Population& population) {
    const std::size_t goals = problem_.goals.size();
    const std::size_t known = population.points().size();
    if (known == population.size())
        return;
    Architectures fresh(problem_.space);
    for (std::size_t i = known; i < population.size(); ++i)
        fresh.append(population.archs.row(i));
    population.scores.resize(population.size() * goals);
    std::vector<double> column(fresh.size());
    for (std::size_t g = 0; g < goals; ++g) {
        const Goal& goal = problem_.goals[g];
        if (!goal.constraint)
            evaluate(*goal.objective, goal.name, fresh, column);
        for (std::size_t i = 0; i < column.size(); ++i) {
            const double value =
                goal.constraint ? population.limits(known + i)[*goal.constraint] : column[i];
            if (std::isinf(value))
                refuse(goal.name, value, fresh, i, "a finite number");
            population.scores[(known + i) * goals + g] = goal.maximise ? value : -value;
        }
    }
    evaluations_ += fresh.size();
    for (std::size_t i = known; i < population.size(); ++i)
        record(population, i);
}

void Scorer::record(const Population& population, std::size_t i) {
    const auto scores = population.points().row(i);
    front_.insert(scores, population.archs.row(i));
    if (best_.size() > 0 && !std::ranges::lexicographical_compare(best_.scores, scores))
        return;
    best_ = Population(problem_);
    best_.append(population, i);
}

std::vector<double> Scorer::turned(std::span<const double> scores) const {
    std::vector<double> values(scores.begin(), scores.end());
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (!problem_.goals[i % problem_.goals.size()].maximise)
            values[i] = -values[i];
    }
    return values;
}

void Scorer::watch_hypervolume(const std::vector<double>& reference, const Population& population) {
    const Points points = population.points();
    if (!reference.empty()) {
        reference_ = turned(reference);
        return;
    }
    reference_.assign(points.row(0).begin(), points.row(0).end());
    for (std::size_t i = 1; i < points.size(); ++i) {
        for (std::size_t goal = 0; goal < points.goals; ++goal)
            reference_[goal] = std::min(reference_[goal], points.at(i, goal));
    }
}

void Scorer::mark() {
    const double none = std::numeric_limits<double>::quiet_NaN();
    history_.evaluations.push_back(evaluations_);
    history_.best.push_back(turned(best_.scores)[0]);
    history_.latency.push_back(best_.width == 0 ? none : best_.limits(0)[0]);
    if (!reference_.empty())
        history_.hypervolume.push_back(hypervolume(front_.points(), reference_));
}

std::vector<std::string> Scorer::idle_limits() const {
    std::vector<std::string> hints;
    for (std::size_t c = 0; c < largest_.size(); ++c) {
        const Constraint& constraint = problem_.constraints[c];
        if (std::isinf(constraint.limit) || queries_ == 0 || largest_[c] > constraint.limit)
            continue;
        hints.push_back(message("the limit ", number_text(constraint.limit), " of ",
                                excerpt(constraint.name), " does not bind: the largest value of ",
                                queries_, " networks is ", largest_[c],
                                "; are both in the same unit?"));
    }
    return hints;
}

SearchResult Scorer::result(std::string stopped) const {
    SearchResult result(problem_.space);
    result.best = best_.archs;
    result.objective = turned(best_.scores);
    result.values = best_.values;
    for (std::size_t i : front_.order()) {
        result.front.append(front_.genes(i));
        const std::vector<double> values = turned(front_.points().row(i));
        result.front_values.insert(result.front_values.end(), values.begin(), values.end());
    }
    result.reference = turned(reference_);
    result.history = history_;
    result.evaluations = evaluations_;
    result.queries = queries_;
    result.stopped = std::move(stopped);
    result.hints = idle_limits();
    return result;
}

}  // namespace latpred
