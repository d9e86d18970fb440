#include "profiling/pooled_moments.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "base/index.hpp"
#include "base/monitor.hpp"

namespace latpred {
namespace {

using Eigen::Index;

constexpr std::size_t most_choices = 300000;  ///< joint choices of two factors' genes
constexpr std::size_t counted_draws = 131072;
constexpr std::uint64_t counting_seed = 20211101;

/// Free genes: those that are drawn. What they are coupled to follows.
class Drawn {
  public:
    explicit Drawn(const Space& space) : space_(space) {
        for (const Ban& ban : space.restriction().bans) {
            for (const auto& [column, index] : ban)
                banned_.insert(column);
        }
    }

    /// Bans and couplings together, and genes that change places, are drawn in a way that has no
    /// simple law.
    [[nodiscard]] bool lawful() const {
        if (!space_.family().swaps().empty())
            return false;
        return banned_.empty() || space_.restriction().couplings.empty();
    }

    /// The free genes that decide these columns, and those that bans tie to them.
    [[nodiscard]] std::set<int> behind(const std::vector<int>& columns) const {
        std::set<int> found;
        for (int column : columns) {
            for (const Coupling& coupling : space_.restriction().couplings) {
                if (coupling.target == column)
                    column = coupling.source;
            }
            found.insert(column);
        }
        for (std::size_t before = 0; before != found.size();) {
            before = found.size();
            for (const Ban& ban : space_.restriction().bans)
                tie(ban, found);
        }
        return found;
    }

    /// Redrawn until no ban is met, while the other genes stay as they are.
    [[nodiscard]] bool redrawn(int column) const { return banned_.contains(column); }

  private:
    void tie(const Ban& ban, std::set<int>& found) const {
        const auto known = [&](const auto& choice) { return found.contains(choice.first); };
        if (std::ranges::none_of(ban, known))
            return;
        for (const auto& [column, index] : ban) {
            found.insert(column);
            const int gate = space_.genes()[as_index(column)].gate;
            if (gate >= 0)
                found.insert(gate);
        }
    }

    const Space& space_;
    std::set<int> banned_;
};

/// All joint choices of some free genes, with their probabilities.
class JointChoices {
  public:
    JointChoices(const PooledFactors& factors, const Drawn& drawn, const std::set<int>& genes)
        : space_(factors.space()), genes_(genes.begin(), genes.end()) {
        for (const Ban& ban : space_.restriction().bans) {
            const auto known = [&](const auto& choice) { return genes.contains(choice.first); };
            if (std::ranges::all_of(ban, known))
                bans_.push_back(&ban);
        }
        for (const int gene : genes_) {
            if (!drawn.redrawn(gene))
                kept_.push_back(gene);
        }
    }

    [[nodiscard]] std::size_t size() const {
        std::size_t count = 1;
        for (const int gene : genes_)
            count = std::min(most_choices + 1, count * space_.allowed(as_index(gene)).size());
        return count;
    }

    /// Calls visit(row, probability) for each choice that no ban excludes.
    template <class Visit>
    void each(const Visit& visit) const {
        std::map<std::vector<GeneValue>, double> ways;  // by the genes that are not redrawn
        go([&](std::span<const GeneValue> row) { ways[kept_of(row)] += 1; });
        double kept_choices = 1;
        for (const int gene : kept_)
            kept_choices *= static_cast<double>(space_.allowed(as_index(gene)).size());
        go([&](std::span<const GeneValue> row) {
            visit(row, 1 / (kept_choices * ways.at(kept_of(row))));
        });
    }

  private:
    [[nodiscard]] std::vector<GeneValue> kept_of(std::span<const GeneValue> row) const {
        std::vector<GeneValue> values;
        for (const int gene : kept_)
            values.push_back(row[as_index(gene)]);
        return values;
    }

    template <class Visit>
    void go(const Visit& visit) const {
        std::vector<GeneValue> row(space_.gene_count(), 0);
        for (std::size_t number = 0; number < size(); ++number) {
            std::size_t left = number;
            for (const int gene : genes_) {
                const std::span<const GeneValue> choices = space_.allowed(as_index(gene));
                row[as_index(gene)] = choices[left % choices.size()];
                left /= choices.size();
            }
            space_.couple(row);
            if (std::ranges::none_of(bans_, [&](const Ban* b) { return space_.meets(row, *b); }))
                visit(row);
        }
    }

    const Space& space_;
    std::vector<int> genes_;
    std::vector<int> kept_;
    std::vector<const Ban*> bans_;
};

/// Fills in the joint probabilities of the states of two factors; false where that is too much.
bool fill_pair(const PooledFactors& factors, const Drawn& drawn, std::size_t a, std::size_t b,
               Eigen::MatrixXd& joint) {
    const std::set<int> of_a = drawn.behind(factors.columns_of(a));
    const std::set<int> of_b = drawn.behind(factors.columns_of(b));
    const Index row_a = 1 + factors.offset(a);
    const Index row_b = 1 + factors.offset(b);
    const auto shared = [&](int gene) { return of_b.contains(gene); };
    if (a != b && std::ranges::none_of(of_a, shared)) {
        const auto rows = static_cast<Index>(factors.factors()[a].states.size());
        const auto columns = static_cast<Index>(factors.factors()[b].states.size());
        joint.block(row_a, row_b, rows, columns) =
            joint.col(0).segment(row_a, rows) * joint.col(0).segment(row_b, columns).transpose();
        return true;
    }
    std::set<int> genes = of_a;
    genes.insert(of_b.begin(), of_b.end());
    const JointChoices choices(factors, drawn, genes);
    if (choices.size() > most_choices)
        return false;
    choices.each([&](std::span<const GeneValue> row, double probability) {
        const int state_a = factors.state(row, a);
        const int state_b = a == b ? state_a : factors.state(row, b);
        if (state_a >= 0 && a == b)
            joint(row_a + state_a, 0) += probability;
        if (state_a >= 0 && state_b >= 0)
            joint(row_a + state_a, row_b + state_b) += probability;
    });
    return true;
}

std::optional<Eigen::MatrixXd> exact_moments(const PooledFactors& factors) {
    const Drawn drawn(factors.space());
    if (!drawn.lawful())
        return std::nullopt;
    Eigen::MatrixXd joint = Eigen::MatrixXd::Zero(1 + factors.states(), 1 + factors.states());
    joint(0, 0) = 1;
    Pulse pulse(16);
    for (const bool pairs : {false, true}) {  // the probabilities of single states first
        for (std::size_t a = 0; a < factors.factors().size(); ++a) {
            for (std::size_t b = 0; b < a + (pairs ? 0 : 1); ++b) {
                pulse();
                if (!pairs && b < a)
                    continue;
                if (!fill_pair(factors, drawn, a, b, joint))
                    return std::nullopt;
            }
        }
    }
    joint.triangularView<Eigen::StrictlyUpper>() = joint.transpose();
    return joint;
}

Eigen::MatrixXd counted_moments(const PooledFactors& factors) {
    const Architectures drawn = moment_draws(factors);
    Eigen::MatrixXd joint = Eigen::MatrixXd::Zero(1 + factors.states(), 1 + factors.states());
    Pulse pulse(1024);
    std::vector<Index> present;
    for (std::size_t i = 0; i < drawn.size(); ++i) {
        pulse();
        present.assign(1, 0);
        for (std::size_t factor = 0; factor < factors.factors().size(); ++factor) {
            const int state = factors.state(drawn.row(i), factor);
            if (state >= 0)
                present.push_back(1 + factors.offset(factor) + state);
        }
        for (const Index a : present) {
            for (const Index b : present)
                joint(a, b) += 1;
        }
    }
    return joint / static_cast<double>(drawn.size());
}

}  // namespace

Architectures moment_draws(const PooledFactors& factors) {
    return sample(factors.space_ptr(), counted_draws, counting_seed);
}

PooledMoments pooled_moments(const PooledFactors& factors) {
    if (std::optional<Eigen::MatrixXd> exact = exact_moments(factors))
        return {std::move(*exact), 0};
    return {counted_moments(factors), counted_draws};
}

}  // namespace latpred
