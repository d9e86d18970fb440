#include "profiling/shapley_units.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <set>

#include "base/index.hpp"
#include "base/monitor.hpp"
#include "base/text.hpp"

namespace latpred {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

constexpr std::size_t most_correlated = 10;
constexpr double no_covariance = 1e-9;

/// Name and unit of the player that each factor belongs to.
std::vector<std::pair<std::string, int>> players_of(const PooledFactors& factors) {
    std::set<int> units;
    for (const Site& site : factors.sites())
        units.insert(site.unit);
    std::vector<std::pair<std::string, int>> players;
    for (const PooledFactor& factor : factors.factors()) {
        if (!of_a_unit(factor))
            players.emplace_back("settings", -1);
        else if (units.size() < 2)
            players.emplace_back(factor.name, factor.unit);
        else
            players.emplace_back(message("u", factor.unit), factor.unit);
    }
    return players;
}

bool correlated(const MatrixXd& covariance, const std::vector<std::size_t>& owner) {
    for (Index p = 1; p < covariance.rows(); ++p) {
        for (Index q = 1; q < p; ++q) {
            const bool apart =
                owner[static_cast<std::size_t>(p)] != owner[static_cast<std::size_t>(q)];
            if (apart && std::abs(covariance(p, q)) > no_covariance)
                return true;
        }
    }
    return false;
}

/// Adds to each player's form what it adds to each coalition, with Shapley's weight.
void by_coalitions(const PooledDesign& design, const std::vector<std::size_t>& owner,
                   std::vector<ShapleyPlayer>& players) {
    const std::size_t count = players.size();
    std::vector<MatrixXd> explained;
    for (std::size_t coalition = 0; coalition < std::size_t{1} << count; ++coalition) {
        Monitor::current().poll();
        std::vector<PooledColumn> columns;
        for (Index p = 1; p < design.terms(); ++p) {
            if ((coalition >> owner[static_cast<std::size_t>(p)] & 1U) != 0)
                columns.push_back(design.column(p));
        }
        explained.push_back(explained_form(design, columns));
    }
    for (std::size_t player = 0; player < count; ++player) {
        for (std::size_t coalition = 0; coalition < explained.size(); ++coalition) {
            if ((coalition >> player & 1U) != 0)
                continue;
            const auto size = static_cast<double>(std::popcount(coalition));
            const auto all = static_cast<double>(count);
            const double weight =
                std::exp(std::lgamma(size + 1) + std::lgamma(all - size) - std::lgamma(all + 1));
            players[player].form +=
                weight * (explained[coalition | std::size_t{1} << player] - explained[coalition]);
        }
    }
}

}  // namespace

std::vector<ShapleyPlayer> shapley_players(const PooledDesign& design) {
    const auto of_factors = players_of(design.factors());
    std::vector<ShapleyPlayer> players;
    std::vector<std::size_t> owner(static_cast<std::size_t>(design.terms()), 0);
    for (Index p = 1; p < design.terms(); ++p) {
        const auto& [name, unit] = of_factors[design.column(p).factor];
        const auto found = std::ranges::find(players, name, &ShapleyPlayer::name);
        owner[static_cast<std::size_t>(p)] = static_cast<std::size_t>(found - players.begin());
        if (found == players.end())
            players.push_back({name, unit, MatrixXd::Zero(design.terms(), design.terms())});
    }
    const MatrixXd covariance = column_covariance(design);
    if (correlated(covariance, owner)) {
        if (players.size() > most_correlated)
            return {};
        by_coalitions(design, owner, players);
        return players;
    }
    for (Index p = 1; p < design.terms(); ++p) {
        for (Index q = 1; q < design.terms(); ++q) {
            const std::size_t player = owner[static_cast<std::size_t>(p)];
            if (player == owner[static_cast<std::size_t>(q)])
                players[player].form(p, q) = covariance(p, q);
        }
    }
    return players;
}

VarianceShare shapley_value(const ShapleyPlayer& player, const FittedValues& values,
                            const InteractionTests& pairs, std::size_t metric) {
    VarianceShare found = variance_share(player.form, values);
    for (std::size_t i = 0; i < pairs.pairs.size(); ++i) {
        const GenePair& pair = pairs.pairs[i];
        const bool depths = pair.first_depth && pair.second_depth;
        const bool apart = pair.first_unit != pair.second_unit;
        const bool ours = pair.first_unit == player.unit || pair.second_unit == player.unit;
        if (depths && apart && ours)
            found.share += pairs.tests[i][metric].share / 2;
    }
    return found;
}

}  // namespace latpred
