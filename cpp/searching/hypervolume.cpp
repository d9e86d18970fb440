#include "searching/hypervolume.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <numeric>

#include "base/error.hpp"
#include "base/monitor.hpp"
#include "base/text.hpp"

namespace latpred {
namespace {

using Row = std::vector<double>;  // above the reference in every goal
using Rows = std::vector<Row>;

/// The union of rectangles [0, x] x [0, y].
class Staircase {
  public:
    /// Adds one; returns by how much the area grew.
    double add(double x, double y) {
        const auto right = heights_.upper_bound(x);
        double floor = right == heights_.end() ? 0 : right->second;
        if (floor >= y)
            return 0;
        double gain = 0;
        double edge = x;
        auto left = right;
        while (left != heights_.begin() && std::prev(left)->second <= y) {
            --left;
            gain += (edge - left->first) * (y - floor);
            floor = left->second;
            edge = left->first;
        }
        const double wall = left == heights_.begin() ? 0 : std::prev(left)->first;
        heights_.erase(left, right);
        if (wall == x)
            return gain;  // as wide and at least as high as a kept one
        heights_.insert_or_assign(x, y);
        return gain + (edge - wall) * (y - floor);
    }

  private:
    std::map<double, double> heights_;  // ascending x, descending y
};

void sort_by(Rows& rows, std::size_t goal) {
    std::stable_sort(rows.begin(), rows.end(),
                     [goal](const Row& a, const Row& b) { return a[goal] > b[goal]; });
}

double volume_of_triples(Rows& rows) {
    sort_by(rows, 2);
    Staircase stairs;
    double volume = 0;
    for (const Row& row : rows)
        volume += stairs.add(row[0], row[1]) * row[2];
    return volume;
}

double volume_of(Rows rows, std::size_t goals);

/// `rows` cut down to what they share with `row` in the first `goals` goals, without those that
/// others cover.
Rows shared_with(const Row& row, std::span<const Row> rows, std::size_t goals) {
    Rows shared;
    Pulse pulse(64);
    for (const Row& other : rows) {
        pulse();
        Row cut(goals);
        for (std::size_t goal = 0; goal < goals; ++goal)
            cut[goal] = std::min(row[goal], other[goal]);
        if (std::ranges::any_of(shared, [&](const Row& kept) { return covers(kept, cut); }))
            continue;
        std::erase_if(shared, [&](const Row& kept) { return covers(cut, kept); });
        shared.push_back(std::move(cut));
    }
    return shared;
}

double volume_of_many(Rows& rows, std::size_t goals) {
    const std::size_t fewer = goals - 1;
    sort_by(rows, fewer);
    double volume = 0;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        Monitor::current().poll();
        const auto whole =
            std::accumulate(rows[i].begin(), rows[i].begin() + static_cast<std::ptrdiff_t>(fewer),
                            1.0, std::multiplies<>());
        // Earlier rows are at least as high in the last goal, so the shared part is a prism.
        const double covered =
            volume_of(shared_with(rows[i], std::span(rows).first(i), fewer), fewer);
        volume += (whole - covered) * rows[i][fewer];
    }
    return volume;
}

double volume_of(Rows rows, std::size_t goals) {
    if (goals > 3)
        return volume_of_many(rows, goals);
    for (Row& row : rows)
        row.resize(3, 1.0);  // a prism of height one
    return volume_of_triples(rows);
}

}  // namespace

double hypervolume(const Points& points, std::span<const double> reference) {
    if (reference.size() != points.goals) {
        throw ConfigError(message("hypervolume: a reference of ", reference.size(), " values, ",
                                  points.goals, " expected"));
    }
    Rows rows;
    for (std::size_t i = 0; i < points.size(); ++i) {
        Row row(points.goals);
        for (std::size_t goal = 0; goal < row.size(); ++goal)
            row[goal] = points.at(i, goal) - reference[goal];
        if (std::ranges::all_of(row, [](double height) { return height > 0; }))
            rows.push_back(std::move(row));
    }
    return volume_of(std::move(rows), points.goals);
}

}  // namespace latpred
