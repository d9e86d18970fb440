#include "searching/front.hpp"

#include <algorithm>
#include <numeric>

namespace latpred {

bool ParetoFront::insert(std::span<const double> scores, std::span<const GeneValue> genes) {
    return goals_ == 2 ? insert_sorted(scores, genes) : insert_anywhere(scores, genes);
}

/// Rows go by descending second and, as none is dominated, ascending first score.
bool ParetoFront::insert_sorted(std::span<const double> scores, std::span<const GeneValue> genes) {
    const Points kept = points();
    std::size_t begin = 0;
    for (std::size_t width = size(); width > 0;) {  // first row whose second score is not higher
        const std::size_t half = width / 2;
        const bool higher = kept.at(begin + half, 1) > scores[1];
        begin = higher ? begin + half + 1 : begin;
        width = higher ? width - half - 1 : half;
    }
    if (begin > 0 && kept.at(begin - 1, 0) >= scores[0])
        return false;
    if (begin < size() && covers(kept.row(begin), scores))
        return false;
    std::size_t end = begin;
    while (end < size() && kept.at(end, 0) <= scores[0])
        ++end;
    erase(begin, end);
    const auto place = static_cast<std::ptrdiff_t>(begin);
    scores_.insert(scores_.begin() + place * 2, scores.begin(), scores.end());
    genes_.insert(genes_.begin() + place * static_cast<std::ptrdiff_t>(gene_count_), genes.begin(),
                  genes.end());
    if (size() > capacity_)
        thin_sorted();
    return true;
}

bool ParetoFront::insert_anywhere(std::span<const double> scores,
                                  std::span<const GeneValue> genes) {
    const std::size_t count = size();
    if (last_dominator_ < count && covers(points().row(last_dominator_), scores))
        return false;
    for (std::size_t i = 0; i < count; ++i) {
        if (covers(points().row(i), scores)) {
            last_dominator_ = i;
            return false;
        }
    }
    for (std::size_t i = count; i-- > 0;) {
        if (covers(scores, points().row(i)))
            erase(i, i + 1);
    }
    scores_.insert(scores_.end(), scores.begin(), scores.end());
    genes_.insert(genes_.end(), genes.begin(), genes.end());
    if (size() > capacity_)
        thin();
    return true;
}

void ParetoFront::erase(std::size_t begin, std::size_t end) {
    const auto cut = [&](auto& rows, std::size_t width) {
        rows.erase(rows.begin() + static_cast<std::ptrdiff_t>(begin * width),
                   rows.begin() + static_cast<std::ptrdiff_t>(end * width));
    };
    cut(scores_, goals_);
    cut(genes_, gene_count_);
}

void ParetoFront::thin_sorted() {
    if (size() < 3)
        return;
    const Points kept = points();
    const std::size_t last = size() - 1;
    const double first_extent = kept.at(last, 0) - kept.at(0, 0);
    const double second_extent = kept.at(0, 1) - kept.at(last, 1);
    const auto crowding = [&](std::size_t i) {
        return (kept.at(i + 1, 0) - kept.at(i - 1, 0)) / first_extent +
               (kept.at(i - 1, 1) - kept.at(i + 1, 1)) / second_extent;
    };
    std::size_t nearest = 1;
    for (std::size_t i = 2; i < last; ++i) {
        if (crowding(i) < crowding(nearest))
            nearest = i;
    }
    erase(nearest, nearest + 1);
}

/// A tenth at a time: distances to neighbours in many goals take a sort a goal.
void ParetoFront::thin() {
    const std::vector<double> distances =
        crowding_distances(points(), std::vector<std::size_t>(size()));
    std::vector<std::size_t> wide(size());
    std::iota(wide.begin(), wide.end(), 0U);
    std::stable_sort(wide.begin(), wide.end(),
                     [&](std::size_t a, std::size_t b) { return distances[a] > distances[b]; });
    wide.resize(std::max<std::size_t>(capacity_ * 9 / 10, 1));
    std::sort(wide.begin(), wide.end());
    std::size_t next = 0;
    for (std::size_t i : wide) {
        std::ranges::copy(points().row(i),
                          scores_.begin() + static_cast<std::ptrdiff_t>(next * goals_));
        std::ranges::copy(genes(i),
                          genes_.begin() + static_cast<std::ptrdiff_t>(next * gene_count_));
        ++next;
    }
    scores_.resize(next * goals_);
    genes_.resize(next * gene_count_);
}

std::vector<std::size_t> ParetoFront::order() const {
    std::vector<std::size_t> order(size());
    std::iota(order.begin(), order.end(), 0U);
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        for (std::size_t goal = goals_; goal-- > 0;) {
            if (points().at(a, goal) != points().at(b, goal))
                return points().at(a, goal) > points().at(b, goal);
        }
        return false;
    });
    return order;
}

}  // namespace latpred
