#include "profiling/exact.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>

#include "base/error.hpp"
#include "base/index.hpp"
#include "base/text.hpp"
#include "predictors/table_predictor.hpp"

namespace latpred {
namespace {

constexpr std::size_t most_joint_choices = std::size_t{1} << 20;

void refuse_bans(const Space& space) {
    if (!space.family().swaps().empty()) {
        throw ConfigError(message("block profile: genes of ", space.name(),
                                  " may change places, so that means have no closed form; a "
                                  "sampled design expected"));
    }
    if (!space.restriction().bans.empty()) {
        throw ConfigError(message("block profile: ", space.name(),
                                  " bans combinations, so that "
                                  "means have no closed form; a sampled design expected"));
    }
}

/// Genes whose draws decide the given ones: gates and what they are coupled to come with them.
std::vector<std::size_t> deciding(const Space& space, const std::vector<int>& columns) {
    std::set<int> found(columns.begin(), columns.end());
    std::size_t before = 0;
    while (before != found.size()) {
        before = found.size();
        for (const int column : std::set<int>(found)) {
            if (const int gate = space.genes()[as_index(column)].gate; gate >= 0)
                found.insert(gate);
        }
        for (const Coupling& coupling : space.restriction().couplings) {
            if (found.contains(coupling.target))
                found.insert(coupling.source);
        }
    }
    std::vector<std::size_t> drawn;
    for (const int column : found)
        drawn.push_back(as_index(column));
    return drawn;
}

double entry_of(const Space& space, const TableTerm& term, std::span<const GeneValue> row) {
    std::size_t place = 0;
    for (const int column : term.columns) {
        const auto choices = as_index(space.genes()[as_index(column)].choices());
        place = place * choices + as_index(row[as_index(column)]);
    }
    return term.values[place];
}

/// Mean of one table: all joint draws of the genes that decide it are as likely.
class TermMean {
  public:
    TermMean(const Space& space, const TableTerm& term)
        : space_(space), term_(term), drawn_(deciding(space, term.columns)) {}

    [[nodiscard]] double mean(const PlacementDraw& draw) const {
        std::size_t count = 1;
        for (const std::size_t column : drawn_)
            count *= draw.allowed(column).size();
        if (count > most_joint_choices) {
            throw ConfigError(message("block profile: a table of ", term_.columns.size(),
                                      " genes has ", count, " joint draws, at most ",
                                      most_joint_choices, " expected"));
        }
        std::vector<GeneValue> row(space_.gene_count(), 0);
        double sum = 0;
        for (std::size_t number = 0; number < count; ++number) {
            std::size_t rest = number;
            for (const std::size_t column : drawn_) {
                const auto allowed = draw.allowed(column);
                row[column] = draw.raised(column, allowed[rest % allowed.size()]);
                rest /= allowed.size();
            }
            space_.couple(row);
            std::vector<GeneValue> canonical = row;
            space_.canonicalise(canonical);
            sum += entry_of(space_, term_, canonical);
        }
        return sum / static_cast<double>(count);
    }

    [[nodiscard]] bool touched(const PlacementDraw& draw) const {
        return std::ranges::any_of(drawn_, [&](std::size_t c) { return draw.changes(c); });
    }

  private:
    const Space& space_;
    const TableTerm& term_;
    std::vector<std::size_t> drawn_;
};

/// Chance of each choice of each gene, drawn and perhaps raised.
std::vector<std::vector<double>> choice_chances(const Space& space, const PlacementDraw& draw) {
    std::vector<std::vector<double>> chances;
    for (std::size_t column = 0; column < space.gene_count(); ++column) {
        std::vector<double>& own =
            chances.emplace_back(as_index(space.genes()[column].choices()), 0.0);
        const auto allowed = draw.allowed(column);
        for (const GeneValue choice : allowed)
            own[as_index(draw.raised(column, choice))] += 1.0 / static_cast<double>(allowed.size());
    }
    // A coupled gene follows its source, whose chance counts alone.
    for (const Coupling& coupling : space.restriction().couplings)
        std::ranges::fill(chances[as_index(coupling.target)], 1.0);
    return chances;
}

void require_possible(const Space& space, const Placement& placement, const PlacementDraw& draw) {
    if (!draw.possible()) {
        throw ConfigError(message("block profile: no network of ", space.name(), " has ",
                                  excerpt(placement.name, 200)));
    }
}

/// `order`: numbers of the values, ascending.
Summary weighted_summary(std::span<const double> chances, std::span<const double> values,
                         std::span<const std::size_t> order) {
    Summary found;
    for (std::size_t i = 0; i < values.size(); ++i)
        found.mean += chances[i] * values[i];
    double squares = 0;
    double below = 0;
    const std::pair<double, double Summary::*> quantiles[] = {
        {0.01, &Summary::q01}, {0.05, &Summary::q05}, {0.95, &Summary::q95}, {0.99, &Summary::q99}};
    for (const std::size_t i : order) {
        if (chances[i] == 0)
            continue;
        squares += chances[i] * (values[i] - found.mean) * (values[i] - found.mean);
        found.lowest = found.count == 0 ? i : found.lowest;
        found.highest = i;
        ++found.count;
        for (const auto& [share, quantile] : quantiles) {
            // Chances add up to a share only to rounding.
            if (below < share - 1e-12)
                found.*quantile = values[i];
        }
        below += chances[i];
    }
    found.deviation = std::sqrt(squares);
    found.minimum = values[found.lowest];
    found.maximum = values[found.highest];
    return found;
}

/// Placements behind one that fixes nothing.
std::vector<PlacementDraw> draws_of(const Space& space, std::span<const Placement> placements,
                                    Estimand estimand) {
    std::vector<PlacementDraw> draws;
    draws.emplace_back(space, Placement{}, estimand);
    for (const Placement& placement : placements) {
        draws.emplace_back(space, placement, estimand);
        require_possible(space, placement, draws.back());
    }
    return draws;
}

}  // namespace

std::optional<std::vector<TableTerm>> terms_of(const Objective& objective) {
    const auto* table = dynamic_cast<const TablePredictor*>(&objective);
    if (table == nullptr)
        return std::nullopt;
    return table->table().terms();
}

std::vector<double> exact_means(const SpacePtr& space, std::span<const TableTerm> terms,
                                std::span<const Placement> placements, Estimand estimand) {
    refuse_bans(*space);
    const std::vector<PlacementDraw> draws = draws_of(*space, placements, estimand);
    std::vector<double> means(draws.size(), 0);
    for (const TableTerm& term : terms) {
        const TermMean of_term(*space, term);
        const double random = of_term.mean(draws.front());
        for (std::size_t p = 0; p < draws.size(); ++p)
            means[p] += p > 0 && of_term.touched(draws[p]) ? of_term.mean(draws[p]) : random;
    }
    return means;
}

std::vector<double> exact_chances(const Architectures& archs, std::span<const Placement> placements,
                                  Estimand estimand) {
    const Space& space = archs.space();
    refuse_bans(space);
    std::vector<double> chances;
    for (const PlacementDraw& draw : draws_of(space, placements, estimand)) {
        const auto of_choice = choice_chances(space, draw);
        double sum = 0;
        for (std::size_t i = 0; i < archs.size(); ++i) {
            const auto row = archs.row(i);
            double chance = 1;
            for (std::size_t column = 0; column < row.size(); ++column) {
                if (space.active(row, column))
                    chance *= of_choice[column][as_index(row[column])];
            }
            sum += chance;
            chances.push_back(chance);
        }
        if (std::abs(sum - 1) > 1e-9) {
            throw DataError(message("block profile: ", archs.size(),
                                    " networks that are drawn with "
                                    "a chance of ",
                                    sum, ", all of ", space.name(), " expected"));
        }
    }
    return chances;
}

std::vector<Summary> exact_summaries(std::span<const double> chances,
                                     std::span<const double> values) {
    std::vector<std::size_t> order(values.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::stable_sort(order, {}, [&](std::size_t i) { return values[i]; });
    std::vector<Summary> found;
    for (std::size_t start = 0; start + values.size() <= chances.size(); start += values.size())
        found.push_back(weighted_summary(chances.subspan(start, values.size()), values, order));
    return found;
}

}  // namespace latpred
