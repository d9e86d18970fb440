#include "spaces/listing.hpp"

#include <algorithm>
#include <set>

#include "base/error.hpp"
#include "base/text.hpp"

namespace latpred {
namespace {

constexpr std::uint64_t most_looked_at = 50000000;

/// Gene by gene, with the cases that the choices so far belong to.
class Lister {
  public:
    Lister(const std::vector<PartCase>& cases, const Space& space)
        : cases_(cases), space_(space), row_(cases.front().genes.size()), live_(row_.size() + 1) {}

    std::vector<GeneValue> list() {
        for (const PartCase& one : cases_)
            live_[0].push_back(&one);
        choose(0);
        return std::move(rows_);
    }

  private:
    void choose(std::size_t place) {
        if (place == row_.size()) {
            add();
            return;
        }
        std::set<GeneValue> values;
        for (const PartCase* one : live_[place])
            values.insert(one->genes[place].choices.begin(), one->genes[place].choices.end());
        for (GeneValue value : values) {
            row_[place] = value;
            auto& next = live_[place + 1];
            next.clear();
            std::ranges::copy_if(live_[place], std::back_inserter(next),
                                 [&](const PartCase* one) { return fits(*one, place); });
            if (!next.empty())
                choose(place + 1);
        }
    }

    /// Whether the gene's value is possible beside those before it.
    [[nodiscard]] bool fits(const PartCase& one, std::size_t place) const {
        const auto& genes = one.genes;
        if (!std::ranges::binary_search(genes[place].choices, row_[place]))
            return false;
        for (std::size_t k = 0; k <= place; ++k) {
            if (genes[k].source < 0)
                continue;
            const auto source = static_cast<std::size_t>(genes[k].source);
            const bool both_known = std::max(source, k) == place;
            if (both_known && genes[k].image[static_cast<std::size_t>(row_[source])] != row_[k])
                return false;
        }
        return true;
    }

    void add() {
        if (++looked_at_ > most_looked_at) {
            throw ConfigError(message("space ", space_.name(),
                                      ": its bans leave few of too many combinations to list"));
        }
        const auto met = [this](const Clause& ban) {
            return std::ranges::all_of(ban, [this](const Condition& condition) {
                return std::ranges::binary_search(condition.values, row_[condition.place]);
            });
        };
        if (std::ranges::none_of(live_.back().front()->bans, met))
            rows_.insert(rows_.end(), row_.begin(), row_.end());
    }

    const std::vector<PartCase>& cases_;
    const Space& space_;
    std::vector<GeneValue> row_;
    std::vector<std::vector<const PartCase*>> live_;  ///< before each gene
    std::vector<GeneValue> rows_;
    std::uint64_t looked_at_ = 0;
};

}  // namespace

std::vector<GeneValue> list_choices(const std::vector<PartCase>& cases, const Space& space) {
    return Lister(cases, space).list();
}

}  // namespace latpred
