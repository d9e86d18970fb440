#include "predictors/additive_prior.hpp"

#include <cmath>

#include "predictors/block_costs.hpp"

namespace latpred {
namespace {

using Entries = std::vector<Eigen::Triplet<double>>;

constexpr std::size_t rows_for_scales = 64;

class Builder {
  public:
    Builder(const BlockLayout& layout, const FeatureMatrix& rows)
        : layout_(layout), rows_(rows), costs_(block_costs(layout)) {}

    std::vector<PriorComponent> build() {
        const int settings = layout_.settings();
        add("constant", 1, depth_entries([](int, int) { return std::pair(0, 1.0); }));
        add_costs();
        if (layout_.depth_levels() > 1)
            add("depth", 1, depth_entries([](int, int depth) {
                    return std::pair(0, static_cast<double>(depth));
                }));
        if (settings > 1)
            add("setting", settings, depth_entries([](int s, int) { return std::pair(s, 1.0); }));
        add_blocks();
        const int levels = layout_.depth_levels();
        if (settings > 1 && levels > 1) {
            add("setting x depth", settings * levels, depth_entries([&](int s, int depth) {
                    return std::pair(s * levels + depth, 1.0);
                }));
        } else if (levels > 2) {
            add("depth level", levels,
                depth_entries([](int, int depth) { return std::pair(depth, 1.0); }));
        }
        return std::move(components_);
    }

  private:
    template <class Rule>
    Entries depth_entries(const Rule& rule) const {
        Entries entries;
        for (int setting = 0; setting < layout_.settings(); ++setting) {
            for (int depth = 0; depth < layout_.depth_levels(); ++depth) {
                const auto [column, value] = rule(setting, depth);
                entries.emplace_back(layout_.depth_feature(setting, depth), column, value);
            }
        }
        return entries;
    }

    /// rule(setting, effect, choice) -> column; the value is what the block moves.
    template <class Rule>
    Entries block_entries(const Rule& rule) const {
        Entries entries;
        for (int setting = 0; setting < layout_.settings(); ++setting) {
            for (int effect = 0; effect < layout_.effects(); ++effect) {
                for (int choice = 0; choice < layout_.example_of(effect).choices; ++choice) {
                    const int feature = layout_.block_feature(setting, effect, choice);
                    const int column = rule(setting, effect, choice);
                    entries.emplace_back(feature, column,
                                         costs_.moved[static_cast<std::size_t>(feature)]);
                }
            }
        }
        return entries;
    }

    void add(const std::string& name, int columns, const Entries& entries) {
        Eigen::SparseMatrix<double> map(layout_.features(), columns);
        map.setFromTriplets(entries.begin(), entries.end());
        const Eigen::SparseMatrix<double> values = rows_ * map;
        const double scale = std::sqrt(values.squaredNorm() / static_cast<double>(rows_.rows()));
        if (scale > 1e-12)
            components_.push_back({name, map / scale});
    }

    void add_costs() {
        const int features = layout_.features();
        Entries all;
        Entries by_setting;
        for (int kind = 0; kind < block_cost_kinds; ++kind) {
            Eigen::VectorXd cost = Eigen::VectorXd::Zero(features);
            const auto k = static_cast<std::size_t>(kind);
            for (int f = 0; f < features; ++f)
                cost[f] = costs_.of_feature[static_cast<std::size_t>(f)][k];
            for (const auto& entry : depth_entries([&](int s, int) {
                     return std::pair(0, costs_.fixed[static_cast<std::size_t>(s)][k]);
                 }))
                cost[entry.row()] = entry.value();
            standardise(cost);
            const int block_features = layout_.settings() * layout_.effect_choices();
            for (int f = 0; f < features; ++f) {
                const int setting = f < block_features
                                        ? f / layout_.effect_choices()
                                        : (f - block_features) / layout_.depth_levels();
                if (cost[f] == 0)
                    continue;
                all.emplace_back(f, kind, cost[f]);
                by_setting.emplace_back(f, setting * block_cost_kinds + kind, cost[f]);
            }
        }
        add("costs", block_cost_kinds, all);
        if (layout_.settings() > 1)
            add("costs x setting", layout_.settings() * block_cost_kinds, by_setting);
    }

    /// Every row has exactly one depth feature, so that one can carry the constant.
    void standardise(Eigen::VectorXd& cost) const {
        const Eigen::VectorXd values = rows_ * cost;
        const double mean = values.mean();
        const double deviation = std::sqrt((values.array() - mean).square().mean());
        if (deviation <= 1e-9 * std::abs(mean)) {
            cost.setZero();
            return;
        }
        cost.tail(layout_.settings() * layout_.depth_levels()).array() -= mean;
        cost /= deviation;
    }

    /// What slots of one kind have in common, then what each slot has for itself.
    void add_blocks() {
        const int kinds = layout_.kinds();
        const int choices = layout_.kind_offset(kinds);
        if (kinds == 0)
            return;
        add("unit", kinds, block_entries([&](int, int effect, int) { return kind(effect); }));
        std::size_t positions = 0;
        for (const BlockSlot& slot : layout_.slots())
            positions = std::max(positions, slot.columns.size());
        for (std::size_t position = 0; positions > 1 && position < positions; ++position) {
            add("gene " + std::to_string(position), choices,
                block_entries([&](int, int effect, int choice) {
                    return gene_column(effect, choice, position);
                }));
        }
        add("block", choices, block_entries([&](int, int effect, int choice) {
                return layout_.kind_offset(kind(effect)) + choice;
            }));
        if (layout_.settings() > 1) {
            add("block x setting", layout_.settings() * choices,
                block_entries([&](int setting, int effect, int choice) {
                    return setting * choices + layout_.kind_offset(kind(effect)) + choice;
                }));
        }
        if (layout_.effects() > kinds)
            add_own();
    }

    void add_own() {
        const int choices = layout_.effect_choices();
        add("place", choices, block_entries([&](int, int effect, int choice) {
                return layout_.effect_offset(effect) + choice;
            }));
        if (layout_.settings() > 1) {
            add("place x setting", layout_.settings() * choices,
                block_entries([&](int setting, int effect, int choice) {
                    return layout_.block_feature(setting, effect, choice);
                }));
        }
    }

    [[nodiscard]] int kind(int effect) const { return layout_.example_of(effect).kind; }

    [[nodiscard]] int gene_column(int effect, int choice, std::size_t position) const {
        const std::vector<int>& columns = layout_.example_of(effect).columns;
        const int offset = layout_.kind_offset(kind(effect));
        if (position >= columns.size())
            return offset;
        return offset + layout_.split(columns, choice)[position];
    }

    const BlockLayout& layout_;
    const FeatureMatrix& rows_;
    BlockCosts costs_;
    std::vector<PriorComponent> components_;
};

}  // namespace

FeatureMatrix feature_matrix(const BlockLayout& layout, const Architectures& archs) {
    Entries entries;
    std::vector<int> features;
    for (std::size_t i = 0; i < archs.size(); ++i) {
        layout.features_of(archs.row(i), features);
        for (int feature : features)
            entries.emplace_back(static_cast<int>(i), feature, 1.0);
    }
    FeatureMatrix matrix(static_cast<Eigen::Index>(archs.size()), layout.features());
    matrix.setFromTriplets(entries.begin(), entries.end());
    return matrix;
}

FeatureMatrix scaling_rows(const Architectures& archs, const BlockLayout& layout) {
    if (archs.size() >= rows_for_scales)
        return feature_matrix(layout, archs);
    Architectures joined = archs;
    joined.append(sample(archs.space_ptr(), rows_for_scales - archs.size(), 0));
    return feature_matrix(layout, joined);
}

std::vector<PriorComponent> prior_components(const BlockLayout& layout, const FeatureMatrix& rows) {
    return Builder(layout, rows).build();
}

PriorMap prior_factor(const std::vector<PriorComponent>& components,
                      const Eigen::VectorXd& variances) {
    Eigen::Index columns = 0;
    for (const PriorComponent& component : components)
        columns += component.map.cols();
    Entries entries;
    Eigen::Index first = 0;
    for (std::size_t i = 0; i < components.size(); ++i) {
        const PriorMap& map = components[i].map;
        const double deviation = std::sqrt(variances[static_cast<Eigen::Index>(i)]);
        for (Eigen::Index column = 0; column < map.cols(); ++column) {
            for (PriorMap::InnerIterator entry(map, column); entry; ++entry)
                entries.emplace_back(entry.row(), first + column, deviation * entry.value());
        }
        first += map.cols();
    }
    PriorMap factor(components.front().map.rows(), columns);
    factor.setFromTriplets(entries.begin(), entries.end());
    return factor;
}

Eigen::MatrixXd prior_covariance(const std::vector<PriorComponent>& components,
                                 const Eigen::VectorXd& variances) {
    const PriorMap factor = prior_factor(components, variances);
    return PriorMap(factor * PriorMap(factor.transpose()));
}

}  // namespace latpred
