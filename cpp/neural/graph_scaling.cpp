#include "neural/graph_scaling.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <string_view>

#include "base/error.hpp"
#include "base/monitor.hpp"
#include "base/text.hpp"

namespace latpred {
namespace {

constexpr std::array<std::string_view, 6> summed_costs{
    "log_macs", "log_depthwise_macs", "log_vector_macs", "log_params", "log_bytes", "log_kernels"};

struct Moments {
    double sum = 0, squares = 0;
    std::size_t count = 0;

    void add(double value) {
        sum += value;
        squares += value * value;
        ++count;
    }
    [[nodiscard]] double mean() const { return count == 0 ? 0 : sum / static_cast<double>(count); }
    /// 1 / deviation; 0 of a constant.
    [[nodiscard]] double factor() const {
        if (count == 0)
            return 0;
        const double variance = squares / static_cast<double>(count) - mean() * mean();
        return variance > 1e-12 * std::max(1.0, mean() * mean()) ? 1 / std::sqrt(variance) : 0;
    }
};

/// Graphs x sums: each cost added up over the nodes of a graph.
std::vector<double> totals_of(const GraphBatch& batch, std::span<const std::size_t> columns) {
    std::vector<double> totals(batch.graphs() * columns.size(), 0.0);
    for (std::size_t u = 0; u < batch.graphs(); ++u) {
        for (auto node = batch.offsets[u]; node < batch.offsets[u + 1]; ++node) {
            const float* row =
                batch.nodes.data() + static_cast<std::size_t>(node) * batch.features();
            for (std::size_t i = 0; i < columns.size(); ++i)
                totals[u * columns.size() + i] += std::expm1(static_cast<double>(row[columns[i]]));
        }
    }
    return totals;
}

std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> lines(1);
    for (const char c : text) {
        if (c == '\n')
            lines.emplace_back();
        else
            lines.back() += c;
    }
    return lines;
}

}  // namespace

GraphScaling::GraphScaling(const GraphBatch& trained) : names_(trained.feature_names) {
    find_sums();
    std::vector<Moments> features(names_.size());
    for (std::size_t node = 0; node < trained.node_count(); ++node) {
        for (std::size_t i = 0; i < names_.size(); ++i)
            features[i].add(static_cast<double>(trained.nodes[node * names_.size() + i]));
    }
    for (const Moments& moments : features) {
        means_.push_back(moments.mean());
        factors_.push_back(moments.factor());
    }
    const std::vector<double> totals = totals_of(trained, sums_);
    for (std::size_t i = 0; i < sums_.size(); ++i) {
        Moments moments;
        for (std::size_t at = i; at < totals.size(); at += sums_.size())
            moments.add(totals[at]);
        sum_means_.push_back(moments.mean());
        sum_factors_.push_back(moments.factor());
    }
}

void GraphScaling::find_sums() {
    for (std::size_t i = 0; i < names_.size(); ++i) {
        if (std::ranges::find(summed_costs, names_[i]) != summed_costs.end())
            sums_.push_back(i);
    }
}

std::vector<std::size_t> GraphScaling::columns_in(const GraphBatch& batch) const {
    std::vector<std::size_t> columns;
    for (const std::string& name : names_) {
        const auto found = std::ranges::find(batch.feature_names, name);
        if (found == batch.feature_names.end()) {
            throw SchemaError(
                message("graph predictor: graphs with the feature '", excerpt(name), "' expected"));
        }
        columns.push_back(static_cast<std::size_t>(found - batch.feature_names.begin()));
    }
    return columns;
}

StackData GraphScaling::apply(GraphBatch batch, bool each_once) const {
    const std::vector<std::size_t> columns = columns_in(batch);
    std::vector<std::size_t> summed;
    for (const std::size_t i : sums_)
        summed.push_back(columns[i]);
    const std::vector<double> totals = totals_of(batch, summed);
    std::vector<float> nodes;
    nodes.reserve(batch.node_count() * features());
    Pulse pulse(4096);
    for (std::size_t node = 0; node < batch.node_count(); ++node) {
        pulse();
        const float* row = batch.nodes.data() + node * batch.features();
        for (std::size_t i = 0; i < columns.size(); ++i) {
            const auto value = static_cast<double>(row[columns[i]]);
            nodes.push_back(static_cast<float>((value - means_[i]) * factors_[i]));
        }
    }
    batch.nodes = std::move(nodes);
    batch.feature_names = names_;
    StackData data;
    data.graph = batch.index;
    if (each_once) {
        data.graph.resize(batch.graphs());
        std::iota(data.graph.begin(), data.graph.end(), std::int64_t{0});
    }
    data.rows = data.graph.size();
    std::vector<float>& costs = data.inputs["costs"];
    for (const std::int64_t u : data.graph) {
        for (std::size_t i = 0; i < sums_.size(); ++i) {
            const double total = totals[static_cast<std::size_t>(u) * sums_.size() + i];
            costs.push_back(static_cast<float>((total - sum_means_[i]) * sum_factors_[i]));
        }
    }
    data.graphs = std::make_shared<const GraphBatch>(std::move(batch));
    return data;
}

void GraphScaling::store(TensorFile& file) const {
    file.metadata["features"] = join(names_, "\n");
    file.put("means", means_);
    file.put("factors", factors_);
    file.put("sum_means", sum_means_);
    file.put("sum_factors", sum_factors_);
}

GraphScaling GraphScaling::load(const TensorFile& file) {
    GraphScaling scaling;
    scaling.names_ = lines_of(file.text("features"));
    scaling.find_sums();
    scaling.means_ = file.doubles("means");
    scaling.factors_ = file.doubles("factors");
    scaling.sum_means_ = file.doubles("sum_means");
    scaling.sum_factors_ = file.doubles("sum_factors");
    const auto finite = [](const std::vector<double>& values) {
        return std::ranges::all_of(values, [](double v) { return std::isfinite(v); });
    };
    if (scaling.means_.size() != scaling.names_.size() ||
        scaling.factors_.size() != scaling.names_.size() ||
        scaling.sum_factors_.size() != scaling.sums_.size() ||
        scaling.sum_means_.size() != scaling.sums_.size() || !finite(scaling.means_) ||
        !finite(scaling.factors_) || !finite(scaling.sum_means_) || !finite(scaling.sum_factors_)) {
        throw CorruptionError(message("damaged file: finite means and factors of ",
                                      scaling.names_.size(), " features expected"));
    }
    return scaling;
}

}  // namespace latpred
