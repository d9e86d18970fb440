// Ranks, hypervolumes and attainment surfaces of points, and counted costs as objectives.
#include <algorithm>
#include <cmath>

#include "base/error.hpp"
#include "base/numbers.hpp"
#include "base/text.hpp"
#include "bindings/searching.hpp"
#include "bindings/spaces.hpp"
#include "searching/attainment.hpp"
#include "searching/cost_objective.hpp"
#include "searching/hypervolume.hpp"

namespace latpred::bindings {
namespace {

using Matrix = Array<double>;
using Senses = std::vector<bool>;

/// Values of goals as scores: those that are minimised change sign.
struct Scores {
    Scores(const Matrix& values, const Senses& maximise)
        : scores(values.data(), values.data() + values.size()), goals(maximise.size()) {
        if (values.ndim() != 2 || goals == 0 ||
            values.shape(1) != static_cast<py::ssize_t>(goals)) {
            throw ConfigError(message(
                "values: N x ", goals, " numbers expected, got ", values.ndim(), " dimensions",
                values.ndim() == 2 ? message(" of ", values.shape(0), " x ", values.shape(1))
                                   : ""));
        }
        const auto bad = std::ranges::find_if(scores, [](double x) { return !std::isfinite(x); });
        if (bad != scores.end()) {
            const auto place = static_cast<std::size_t>(bad - scores.begin());
            throw DataError(message("values: row ", place / goals, ", goal ", place % goals, " is ",
                                    std::isnan(*bad) ? "NaN" : number_text(*bad),
                                    "; a finite number expected"));
        }
        turn(scores, maximise);
    }
    [[nodiscard]] Points points() const { return {scores, goals}; }

    static void turn(std::vector<double>& all, const Senses& maximise) {
        for (std::size_t i = 0; i < all.size(); ++i) {
            if (!maximise[i % maximise.size()])
                all[i] = -all[i];
        }
    }

    std::vector<double> scores;
    std::size_t goals;
};

py::array_t<double> surface_of(const std::vector<Matrix>& fronts, const Senses& maximise,
                               std::size_t level) {
    std::vector<Scores> scores;
    scores.reserve(fronts.size());
    std::vector<Points> points;
    for (const Matrix& front : fronts) {
        scores.emplace_back(front, maximise);
        points.push_back(scores.back().points());
    }
    std::vector<double> surface;
    {
        const Cancellable cancellable;
        surface = attainment_surface(points, level);
    }
    Scores::turn(surface, maximise);
    const auto rows = static_cast<py::ssize_t>(surface.size() / 2);
    return to_numpy(std::move(surface), {rows, 2});
}

}  // namespace

void bind_fronts(py::module_& m) {
    m.def(
        "non_dominated_ranks",
        [](const Matrix& values, const Senses& maximise) {
            const Scores scores(values, maximise);
            std::vector<std::size_t> ranks;
            {
                const Cancellable cancellable;
                ranks = non_dominated_ranks(scores.points());
            }
            return to_numpy(std::vector<std::int64_t>(ranks.begin(), ranks.end()));
        },
        py::arg("values"), py::arg("maximise"),
        "Rank of each of N points (N x M values): 0 where no point dominates it, k where only\n"
        "points of lower ranks do.");
    m.def(
        "crowding_distances",
        [](const Matrix& values, const Senses& maximise) {
            const Scores scores(values, maximise);
            std::vector<double> distances;
            {
                const Cancellable cancellable;
                distances =
                    crowding_distances(scores.points(), non_dominated_ranks(scores.points()));
            }
            return to_numpy(std::move(distances));
        },
        py::arg("values"), py::arg("maximise"),
        "NSGA-II's crowding distance of each of N points (N x M values) within its rank.");
    m.def(
        "hypervolume",
        [](const Matrix& values, std::vector<double> reference, const Senses& maximise) {
            const Scores scores(values, maximise);
            if (!std::ranges::all_of(reference, [](double x) { return std::isfinite(x); }))
                throw ConfigError("hypervolume: reference: finite numbers expected");
            if (reference.size() == maximise.size())
                Scores::turn(reference, maximise);
            const Cancellable cancellable;
            return hypervolume(scores.points(), reference);
        },
        py::arg("values"), py::arg("reference"), py::arg("maximise"),
        "Volume between the points (N x M values) and the reference (M values).");
    m.def("attainment_surface", &surface_of, py::arg("fronts"), py::arg("maximise"),
          py::arg("level"), "n x 2 corners that `level` of the fronts (N x 2 values each) reach.");
}

void bind_costs(py::module_& m) {
    m.def(
        "cost_objective",
        [](const std::string& name) {
            return std::const_pointer_cast<Objective>(cost_objective(name));
        },
        py::arg("name"),
        R"(The objective that counts a cost of one image: "macs", "params", "bytes", "peak_bytes" or
"kernels", or of one unit, as "u2.macs". Raises ConfigError for another name.

Example:
    >>> lp.cost_objective("macs").evaluate(archs[:3]).shape
    (3,))");
}

}  // namespace latpred::bindings
