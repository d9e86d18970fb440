// Regressions over all blocks at once.
#include <numeric>

#include "base/distributions.hpp"
#include "bindings/eigen.hpp"
#include "bindings/profiling.hpp"
#include "bindings/spaces.hpp"
#include "profiling/pooled_profile.hpp"
#include "profiling/pooled_validation.hpp"
#include "profiling/several_tests.hpp"

namespace latpred::bindings {
namespace {

void bind_several_tests(py::module_& m) {
    m.def(
        "holm", [](const Array<double>& p_values) { return to_numpy(holm(view(p_values))); },
        py::arg("p_values"), "Adjusted p values that bound the chance of any false rejection.");
    m.def(
        "benjamini_hochberg",
        [](const Array<double>& p_values) { return to_numpy(benjamini_hochberg(view(p_values))); },
        py::arg("p_values"), "Adjusted p values that bound the share of false rejections.");
    m.def(
        "simultaneous_level",
        [](const Array<double>& covariance, double confidence, std::uint64_t seed) {
            return simultaneous_level(to_square(covariance, "covariance"), confidence, seed);
        },
        py::arg("covariance"), py::arg("confidence"), py::arg("seed") = 0,
        "Two-sided level of each of K intervals that hold together.");
    m.def("student_tail", &student_tail, py::arg("t"), py::arg("degrees"),
          "P[|T| >= |t|] of Student's T with these degrees of freedom.");
    m.def("student_bound", &student_bound, py::arg("tail"), py::arg("degrees"),
          "The t with P[|T| >= t] = tail.");
    m.def("normal_quantile", &normal_quantile, py::arg("p"), "Of the standard normal.");
}

py::dict as_columns(const Estimates& estimates) {
    py::dict columns;
    columns["value"] = to_array(estimates.value);
    columns["standard_error"] = to_array(estimates.error);
    columns["degrees"] = to_array(estimates.degrees);
    columns["low"] = to_array(estimates.low);
    columns["high"] = to_array(estimates.high);
    columns["p_value"] = to_array(estimates.p_value);
    return columns;
}

std::vector<double> as_numbers(const Eigen::VectorXd& values) {
    return {values.begin(), values.end()};
}

py::dict as_columns(const std::vector<Summary>& rows) {
    py::dict columns;
    const auto add = [&](const char* name, auto member) {
        using Member = std::decay_t<decltype(rows.front().*member)>;
        using Value = std::conditional_t<std::is_integral_v<Member>, std::int64_t, Member>;
        std::vector<Value> values;
        for (const Summary& row : rows)
            values.push_back(static_cast<Value>(row.*member));
        columns[name] = to_numpy(std::move(values));
    };
    add("n", &Summary::count);
    add("sd", &Summary::deviation);
    add("q01", &Summary::q01);
    add("q05", &Summary::q05);
    add("q95", &Summary::q95);
    add("q99", &Summary::q99);
    add("minimum", &Summary::minimum);
    add("maximum", &Summary::maximum);
    add("highest", &Summary::highest);
    add("lowest", &Summary::lowest);
    return columns;
}

py::dict as_columns(const PooledPrecision& precision) {
    py::dict columns;
    const auto add = [&](const char* name, double DesignPrecision::* member) {
        columns[name] = py::make_tuple(precision.pooled.*member, precision.paired.*member,
                                       precision.independent.*member);
    };
    columns["design"] = py::make_tuple("pooled", "paired", "independent");
    add("deviation", &DesignPrecision::deviation);
    add("median", &DesignPrecision::median);
    add("terms", &DesignPrecision::terms);
    add("evaluations", &DesignPrecision::evaluations);
    return columns;
}

/// Networks that a metric's predictor was not fitted to, and measured - predicted of each.
using Errors = std::pair<Architectures, Eigen::VectorXd>;

/// What one metric says, as columns of frames by name.
py::dict frames_of(const PooledModel& model, const PooledSettings& settings,
                   const std::vector<std::vector<std::size_t>>& rows,
                   std::span<const double> values, const std::optional<Errors>& validation) {
    PooledEffects found;
    ValidationCorrection correction;
    std::vector<Summary> placements;
    {
        const Cancellable cancellable;
        const Eigen::VectorXd y = Eigen::Map<const Eigen::VectorXd>(
            values.data(), static_cast<Eigen::Index>(values.size()));
        if (validation)
            correction = validation_correction(model, validation->first, validation->second);
        found = model.effects(y, settings, validation ? &correction.base : nullptr);
        for (const auto& of_placement : rows)
            placements.push_back(row_summary(values, of_placement));
    }
    std::vector<std::size_t> all(values.size());
    std::iota(all.begin(), all.end(), 0U);
    py::dict frames;
    frames["correction"] = correction.what;
    frames["means"] = as_columns(found.means);
    frames["effects"] = as_columns(found.effects);
    frames["effects"]["family_low"] = to_array(found.family_low);
    frames["effects"]["family_high"] = to_array(found.family_high);
    frames["effects"]["p_holm"] = to_numpy(holm(as_numbers(found.effects.p_value)));
    frames["effects"]["p_bh"] = to_numpy(benjamini_hochberg(as_numbers(found.effects.p_value)));
    frames["placements"] = as_columns(placements);
    frames["random"] = as_columns(found.random);
    frames["all"] = as_columns({row_summary(values, all)});
    frames["block_means"] = as_columns(found.block_means);
    frames["depth_effects"] = as_columns(found.depth_effects);
    frames["contrasts"] = as_columns(found.contrasts);
    frames["covariance"] = to_array(found.covariance);
    frames["precision"] = as_columns(pooled_precision(model, found, values));
    return frames;
}

PooledModel fit_model(const PooledFactors& factors, const Architectures& networks, bool legacy) {
    const Cancellable cancellable;
    return {factors, pooled_moments(factors), networks, legacy};
}

std::optional<Errors> read_validation(const SharedSpace& space, const py::handle& given,
                                      const std::string& name) {
    if (given.is_none())
        return std::nullopt;
    const auto [archs, measured, predicted] =
        given.cast<std::tuple<py::object, Array<double>, Array<double>>>();
    const Architectures networks = to_architectures(space, archs);
    return Errors(networks, checked_values(view(measured), networks, "measured " + name) -
                                checked_values(view(predicted), networks, "predicted " + name));
}

void bind_pooled_effects(py::module_& m) {
    m.def(
        "pooled_effects",
        [](const SharedSpace& space, const py::object& archs,
           const std::vector<Array<double>>& values, const std::vector<std::string>& names,
           double confidence, std::uint64_t seed, bool legacy, const py::list& validation) {
            const Architectures networks = to_architectures(space, archs);
            const PooledFactors factors(space);
            const PooledModel model = fit_model(factors, networks, legacy);
            const auto rows = placement_rows(factors, model.placements(), networks);
            py::dict found;
            py::list metrics;
            for (std::size_t metric = 0; metric < names.size(); ++metric) {
                const std::span<const double> own = view(values.at(metric));
                checked_values(own, networks, names[metric]);
                metrics.append(
                    frames_of(model, {confidence, seed, legacy}, rows, own,
                              read_validation(space, validation[metric], names[metric])));
            }
            found["metrics"] = metrics;
            found["placements"] = model.placements();
            found["sites"] = model.sites();
            found["blocks"] = model.blocks();
            found["contrasts"] = model.contrasts();
            found["terms"] = model.design().terms();
            found["joint"] = model.joint_blocks();
            return found;
        },
        py::arg("space").none(false), py::arg("archs"), py::arg("values"), py::arg("names"),
        py::arg("confidence"), py::arg("seed"), py::arg("legacy"), py::arg("validation"),
        "Columns of the frames of latpred.profiling.pooled.pooled_frames, by metric.");
}

}  // namespace

void bind_pooled(py::module_& m) {
    bind_several_tests(m);
    bind_pooled_effects(m);
}

}  // namespace latpred::bindings
