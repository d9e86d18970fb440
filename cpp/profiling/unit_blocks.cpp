// Judging the blocks of a unit: genes of the whole unit first, then each layer's own.
#include <algorithm>
#include <cmath>
#include <map>

#include "base/index.hpp"
#include "profiling/unit_profile.hpp"

namespace latpred {
namespace {

/// Options made of means over rows of scores.
class Means {
  public:
    explicit Means(std::size_t goals) : goals_(goals) {}

    void add(const std::vector<const double*>& rows, const std::vector<const double*>& row_errors) {
        const auto n = static_cast<double>(rows.size());
        for (std::size_t m = 0; m < goals_; ++m) {
            double sum = 0;
            double variance = 0;
            for (std::size_t i = 0; i < rows.size(); ++i) {
                sum += rows[i][m];
                variance += row_errors[i][m] * row_errors[i][m];
            }
            scores_.push_back(sum / n);
            errors_.push_back(std::sqrt(variance) / n);
        }
    }

    [[nodiscard]] std::vector<OptionFate> fates(const std::vector<std::vector<double>>& weightings,
                                                const ReductionSettings& settings) const {
        std::vector<OptionFate> found;
        for (Verdict& verdict : judge({scores_, errors_, goals_}, weightings, settings.surely)) {
            const bool kept = verdict.behind <= settings.slack;
            found.push_back({kept, std::move(verdict)});
        }
        return found;
    }

  private:
    std::size_t goals_;
    std::vector<double> scores_;
    std::vector<double> errors_;
};

struct Rows {
    std::vector<const double*> scores;
    std::vector<const double*> errors;
};

}  // namespace

struct UnitProfile::SharedFates {
    std::map<Key, OptionFate> fates;
    std::map<Key, Key> rivals;
};

UnitProfile::Key UnitProfile::shared_part(const Block& block) const {
    Key key;
    for (const auto& choice : block.choices) {
        if (space_.genes()[as_index(choice.first)].layer < 0)
            key.push_back(choice);
    }
    return key;
}

UnitProfile::SharedFates
UnitProfile::judge_shared(const std::vector<std::vector<double>>& weightings,
                          const ReductionSettings& settings) const {
    std::map<Key, Rows> rows;
    std::map<std::vector<int>, std::vector<Key>> families;  // options of each other, by genes
    for (std::size_t l = 0; l < layers_.size(); ++l) {
        const std::vector<Block>& blocks = unit_.sites[l].blocks;
        for (std::size_t b = 0; b < blocks.size(); ++b) {
            const Key key = shared_part(blocks[b]);
            if (!rows.contains(key)) {
                std::vector<int> columns;
                for (const auto& choice : key)
                    columns.push_back(choice.first);
                families[columns].push_back(key);
            }
            rows[key].scores.push_back(layers_[l]->blocks.data() + b * goals_);
            rows[key].errors.push_back(layers_[l]->block_errors.data() + b * goals_);
        }
    }
    SharedFates found;
    for (const auto& [columns, keys] : families) {
        Means means(goals_);
        for (const Key& key : keys)
            means.add(rows[key].scores, rows[key].errors);
        const auto fates = means.fates(weightings, settings);
        for (std::size_t k = 0; k < keys.size(); ++k) {
            found.fates[keys[k]] = fates[k];
            found.rivals[keys[k]] = keys[fates[k].verdict.rival];
        }
    }
    return found;
}

std::vector<std::vector<OptionFate>>
UnitProfile::judge_blocks(const std::vector<std::vector<double>>& weightings,
                          const ReductionSettings& settings) const {
    const SharedFates shared = judge_shared(weightings, settings);
    std::vector<std::vector<OptionFate>> found(layers_.size());
    for (std::size_t l = 0; l < layers_.size(); ++l) {
        const std::vector<Block>& blocks = unit_.sites[l].blocks;
        std::map<Key, std::vector<std::size_t>> alike;  // blocks that share the unit's genes
        for (std::size_t b = 0; b < blocks.size(); ++b)
            alike[shared_part(blocks[b])].push_back(b);
        found[l].resize(blocks.size());
        for (const auto& [key, members] : alike) {
            Means means(goals_);
            for (const std::size_t b : members) {
                means.add({layers_[l]->blocks.data() + b * goals_},
                          {layers_[l]->block_errors.data() + b * goals_});
            }
            const auto fates = means.fates(weightings, settings);
            const OptionFate& of_all = shared.fates.at(key);
            const auto& others = alike.at(shared.rivals.at(key));
            for (std::size_t i = 0; i < members.size(); ++i) {
                OptionFate fate = of_all.kept ? fates[i] : of_all;
                fate.verdict.rival = of_all.kept ? members[fate.verdict.rival]
                                                 : others[std::min(i, others.size() - 1)];
                found[l][members[i]] = std::move(fate);
            }
        }
    }
    return found;
}

}  // namespace latpred
