// Shares of the variance, interactions and Shapley values.
#include "base/distributions.hpp"
#include "bindings/eigen.hpp"
#include "bindings/profiling.hpp"
#include "bindings/spaces.hpp"
#include "profiling/model_ladder.hpp"
#include "profiling/pooled_effects.hpp"
#include "profiling/pooled_profile.hpp"
#include "profiling/several_tests.hpp"
#include "profiling/shapley_units.hpp"

namespace latpred::bindings {
namespace {

/// All that is found for M metrics, before it becomes Python's.
struct Attribution {
    std::vector<VarianceForm> forms;
    std::vector<std::vector<VarianceShare>> shares;  ///< [metric][form]
    std::vector<ShapleyPlayer> players;
    std::vector<std::vector<VarianceShare>> values;  ///< [metric][player]
    InteractionTests interactions;
    std::vector<std::string> terms;
    std::vector<Eigen::Index> columns;
    std::vector<std::vector<double>> r2;  ///< [model][metric]
};

Attribution attribute(const SharedSpace& space, const Architectures& archs,
                      const std::vector<Eigen::VectorXd>& ys) {
    const Cancellable cancellable;
    const PooledFactors factors(space);
    const PooledModel model(factors, pooled_moments(factors), archs, false);
    Attribution found;
    std::vector<FittedValues> metrics;
    for (const Eigen::VectorXd& y : ys)
        metrics.emplace_back(model.design(), model.fit(), y);
    found.forms = variance_forms(model.design());
    found.players = shapley_players(model.design());
    found.interactions = interaction_tests(model.design(), archs, metrics, ys);
    for (std::size_t metric = 0; metric < ys.size(); ++metric) {
        auto& shares = found.shares.emplace_back();
        for (const VarianceForm& form : found.forms)
            shares.push_back(variance_share(form.form, metrics[metric]));
        auto& values = found.values.emplace_back();
        for (const ShapleyPlayer& player : found.players)
            values.push_back(shapley_value(player, metrics[metric], found.interactions, metric));
    }
    for (const NestedColumns& nested : model_ladder(model.design(), archs)) {
        found.terms.push_back(nested.terms);
        found.columns.push_back(nested.x.cols());
        found.r2.push_back(held_out_r2(nested.x, ys));
    }
    return found;
}

/// Values with normal intervals of shares, which lie between 0 and 1.
void put_shares(py::dict& columns, const char* name, const std::vector<VarianceShare>& shares,
                double confidence) {
    const double z = student_bound(1 - confidence, 1e9);
    std::vector<double> values;
    std::vector<double> errors;
    std::vector<double> low;
    std::vector<double> high;
    for (const VarianceShare& share : shares) {
        values.push_back(share.share);
        errors.push_back(share.error);
        low.push_back(std::clamp(share.share - z * share.error, 0.0, 1.0));
        high.push_back(std::clamp(share.share + z * share.error, 0.0, 1.0));
    }
    columns[name] = to_numpy(std::move(values));
    columns["standard_error"] = to_numpy(std::move(errors));
    columns["low"] = to_numpy(std::move(low));
    columns["high"] = to_numpy(std::move(high));
}

py::dict interaction_columns(const InteractionTests& found, std::size_t metric) {
    std::vector<std::string> first;
    std::vector<std::string> second;
    std::vector<std::string> kind;
    std::vector<double> share;
    std::vector<double> f;
    std::vector<double> p_value;
    for (std::size_t i = 0; i < found.pairs.size(); ++i) {
        first.push_back(found.pairs[i].first);
        second.push_back(found.pairs[i].second);
        kind.emplace_back(found.pairs[i].block ? "block" : "pair");
        share.push_back(found.tests[i][metric].share);
        f.push_back(found.tests[i][metric].f);
        p_value.push_back(found.tests[i][metric].p_value);
    }
    py::dict columns;
    columns["first"] = first;
    columns["second"] = second;
    columns["kind"] = kind;
    columns["share"] = to_numpy(std::move(share));
    columns["f"] = to_numpy(std::move(f));
    columns["p_bh"] = to_numpy(benjamini_hochberg(p_value));
    columns["p_value"] = to_numpy(std::move(p_value));
    return columns;
}

py::dict frames_of_metric(const Attribution& found, std::size_t metric, double confidence,
                          std::size_t samples) {
    py::dict shares;
    std::vector<std::string> groups;
    std::vector<std::string> kinds;
    for (const VarianceForm& form : found.forms) {
        groups.push_back(form.group);
        kinds.push_back(form.kind);
    }
    shares["group"] = groups;
    shares["kind"] = kinds;
    put_shares(shares, "share", found.shares[metric], confidence);
    py::dict shapley;
    std::vector<int> units;
    std::vector<std::string> players;
    for (const ShapleyPlayer& player : found.players) {
        units.push_back(player.unit);
        players.push_back(player.name);
    }
    shapley["unit"] = units;
    shapley["player"] = players;
    put_shares(shapley, "value", found.values[metric], confidence);
    std::vector<double> r2;
    for (const std::vector<double>& each : found.r2)
        r2.push_back(each[metric]);
    py::dict models;
    models["terms"] = found.terms;
    models["columns"] = found.columns;
    models["r2"] = to_numpy(std::move(r2));
    models["samples"] = samples;
    py::dict frames;
    frames["shares"] = shares;
    frames["models"] = models;
    frames["interactions"] = interaction_columns(found.interactions, metric);
    frames["shapley"] = shapley;
    return frames;
}

}  // namespace

void bind_attribution(py::module_& m) {
    m.def(
        "pooled_attribution",
        [](const SharedSpace& space, const py::object& archs,
           const std::vector<Array<double>>& values, const std::vector<std::string>& names,
           double confidence) {
            const Architectures networks = to_architectures(space, archs);
            std::vector<Eigen::VectorXd> ys;
            for (std::size_t metric = 0; metric < names.size(); ++metric) {
                const std::span<const double> own = view(values.at(metric));
                ys.push_back(checked_values(own, networks, names[metric]));
            }
            const Attribution found = attribute(space, networks, ys);
            py::list metrics;
            for (std::size_t metric = 0; metric < names.size(); ++metric)
                metrics.append(frames_of_metric(found, metric, confidence, networks.size()));
            return metrics;
        },
        py::arg("space").none(false), py::arg("archs"), py::arg("values"), py::arg("names"),
        py::arg("confidence") = 0.95,
        "Columns of the frames of latpred.profiling.attribution.attribution_frames, by metric.");
}

}  // namespace latpred::bindings
