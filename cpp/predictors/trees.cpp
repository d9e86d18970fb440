#include "predictors/trees.hpp"

#include <algorithm>
#include <cmath>

#include "base/error.hpp"
#include "base/text.hpp"

namespace latpred {
namespace {

constexpr std::int32_t leaf = -1;

}  // namespace

Trees::Trees(const SpacePtr& space, ModelInfo info, TreeNodes nodes)
    : Predictor(space, std::move(info)), nodes_(std::move(nodes)),
      features_(space->gene_count() + CostFeatures::count) {
    check();
}

void Trees::check() const {
    const std::size_t count = nodes_.features.size();
    if (nodes_.roots.empty() || nodes_.left.size() != count || nodes_.right.size() != count ||
        nodes_.thresholds.size() != count)
        throw ConfigError("trees: at least one tree, and nodes of equal number, expected");
    const auto end = static_cast<std::int64_t>(count);
    std::vector<bool> reached(count);
    const auto first_way = [&](std::int32_t child, std::int64_t least) {
        if (child < least || child >= end || reached[static_cast<std::size_t>(child)])
            return false;
        reached[static_cast<std::size_t>(child)] = true;
        return true;
    };
    for (std::int32_t root : nodes_.roots) {
        if (!first_way(root, 0))
            throw ConfigError(message("trees: root ", root, " of ", count,
                                      " nodes: another node for each tree expected"));
    }
    for (std::size_t i = 0; i < count; ++i) {
        const auto next = static_cast<std::int64_t>(i) + 1;
        const std::int32_t feature = nodes_.features[i];
        const bool good = feature == leaf ||
                          (feature >= 0 && static_cast<std::size_t>(feature) < features_ &&
                           first_way(nodes_.left[i], next) && first_way(nodes_.right[i], next));
        if (!good || !std::isfinite(nodes_.thresholds[i]))
            throw ConfigError(message("trees: node ", i,
                                      ": a feature, a finite threshold and two later nodes of no "
                                      "other parent expected"));
    }
}

std::vector<double> tree_features(const Architectures& archs) {
    const std::vector<double> costs = CostFeatures(archs.space_ptr()).values(archs);
    const std::size_t genes = archs.columns();
    std::vector<double> features;
    features.reserve(archs.size() * (genes + CostFeatures::count));
    for (std::size_t i = 0; i < archs.size(); ++i) {
        const auto row = archs.row(i);
        features.insert(features.end(), row.begin(), row.end());
        const auto begin = costs.begin() + static_cast<std::ptrdiff_t>(i * CostFeatures::count);
        features.insert(features.end(), begin,
                        begin + static_cast<std::ptrdiff_t>(CostFeatures::count));
    }
    return features;
}

void Trees::predict(const Architectures& archs, std::span<double> values) const {
    const std::vector<double> features = tree_features(archs);
    for (std::size_t i = 0; i < values.size(); ++i) {
        const double* row = features.data() + i * features_;
        double sum = 0;
        for (std::int32_t root : nodes_.roots) {
            auto node = static_cast<std::size_t>(root);
            while (nodes_.features[node] != leaf) {
                const bool below = row[nodes_.features[node]] <= nodes_.thresholds[node];
                node = static_cast<std::size_t>(below ? nodes_.left[node] : nodes_.right[node]);
            }
            sum += nodes_.thresholds[node];
        }
        values[i] = sum;
    }
}

void Trees::store(TensorFile& file) const {
    file.put("roots", nodes_.roots);
    file.put("features", nodes_.features);
    file.put("left", nodes_.left);
    file.put("right", nodes_.right);
    file.put("thresholds", nodes_.thresholds);
}

std::shared_ptr<Predictor> load_trees(const SpacePtr& space, const ModelInfo& info,
                                      const TensorFile& file) {
    TreeNodes nodes{file.integers("roots"), file.integers("features"), file.integers("left"),
                    file.integers("right"), file.doubles("thresholds")};
    return std::make_shared<Trees>(space, info, std::move(nodes));
}

}  // namespace latpred
