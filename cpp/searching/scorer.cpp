#include "searching/scorer.hpp"

#include <cmath>
#include <limits>

#include "base/error.hpp"
#include "base/text.hpp"
#include "spaces/text_form.hpp"

namespace latpred {
namespace {

void evaluate(const Objective& objective, const std::string& name, const Architectures& archs,
              std::span<double> values) {
    objective.evaluate(archs, values);
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (std::isnan(values[i])) {
            throw DataError(message("search: ", name, " is NaN for ",
                                    to_text(archs.space(), archs.row(i)), ", a number expected"));
        }
    }
}

}  // namespace

void check(const Problem& problem) {
    if (problem.objective == nullptr)
        throw ConfigError("search: an objective expected, none given");
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
    scores.push_back(other.scores[i]);
}

Scorer::Scorer(const Problem& problem, std::size_t front_capacity)
    : problem_(problem), front_(front_capacity), best_(problem) {
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
    const std::size_t known = population.scores.size();
    if (known == population.size())
        return;
    Architectures fresh(problem_.space);
    for (std::size_t i = known; i < population.size(); ++i)
        fresh.append(population.archs.row(i));
    population.scores.resize(population.size());
    const std::span<double> scores = std::span(population.scores).subspan(known);
    evaluate(*problem_.objective, "objective", fresh, scores);
    evaluations_ += fresh.size();
    for (double& score : scores)
        score = problem_.maximise ? score : -score;
    for (std::size_t i = known; i < population.size(); ++i)
        record(population, i);
}

void Scorer::record(const Population& population, std::size_t i) {
    const double score = population.scores[i];
    const double latency = population.width == 0 ? 0.0 : population.limits(i)[0];
    front_.insert(score, latency, population.archs.row(i));
    const bool better =
        best_.size() == 0 || score > best_.scores[0] ||
        (score == best_.scores[0] && best_.width > 0 && latency < best_.limits(0)[0]);
    if (!better)
        return;
    best_ = Population(problem_);
    best_.append(population, i);
}

void Scorer::mark() {
    const double none = std::numeric_limits<double>::quiet_NaN();
    history_.evaluations.push_back(evaluations_);
    history_.best.push_back(problem_.maximise ? best_.scores[0] : -best_.scores[0]);
    history_.latency.push_back(best_.width == 0 ? none : best_.limits(0)[0]);
}

SearchResult Scorer::result(std::string stopped) const {
    SearchResult result(problem_.space);
    result.best = best_.archs;
    result.objective = problem_.maximise ? best_.scores[0] : -best_.scores[0];
    result.values = best_.values;
    for (const FrontPoint& point : front_.points()) {
        result.front.append(point.genes);
        result.front_objective.push_back(problem_.maximise ? point.score : -point.score);
        result.front_latency.push_back(best_.width == 0 ? std::numeric_limits<double>::quiet_NaN()
                                                        : point.latency);
    }
    result.history = history_;
    result.evaluations = evaluations_;
    result.queries = queries_;
    result.stopped = std::move(stopped);
    return result;
}

}  // namespace latpred
