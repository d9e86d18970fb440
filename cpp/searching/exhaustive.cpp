#include "searching/exhaustive.hpp"

#include <algorithm>
#include <functional>
#include <numeric>
#include <unordered_set>

#include "base/error.hpp"
#include "base/text.hpp"
#include "searching/reach.hpp"
#include "spaces/enumeration.hpp"

namespace latpred {
namespace {

/// Networks number begin, …, end - 1.
using Slice = std::function<Architectures(std::size_t begin, std::size_t end)>;

SearchResult look_at_all(const Problem& problem, std::size_t count, const Slice& slice,
                         Monitor& monitor) {
    constexpr std::size_t chunk_rows = 4096;
    Scorer scorer(problem, front_capacity(problem));
    Reach reach(problem);
    for (std::size_t begin = 0; begin < count; begin += chunk_rows) {
        monitor.poll();
        const std::size_t end = std::min(begin + chunk_rows, count);
        const Architectures rows = slice(begin, end);
        const std::vector<double> values = scorer.constraint_values(rows);
        reach.note(rows, values);
        Population kept(problem);
        for (std::size_t i = 0; i < rows.size(); ++i) {
            const auto row_values = std::span(values).subspan(i * kept.width, kept.width);
            if (scorer.feasible(row_values))
                kept.append(rows.row(i), row_values);
        }
        scorer.score(kept);
        if (scorer.evaluations() > 0)
            scorer.mark();
        monitor.progress(end, count, "search");
    }
    if (scorer.evaluations() == 0)
        reach.refuse(true);
    return scorer.result("every architecture seen");
}

/// The first row of each network.
std::vector<std::size_t> first_rows(const Architectures& archs) {
    const std::vector<std::uint64_t> hashes = archs.hashes();
    std::unordered_set<std::uint64_t> seen;
    std::vector<std::size_t> rows;
    for (std::size_t i = 0; i < hashes.size(); ++i) {
        if (seen.insert(hashes[i]).second)
            rows.push_back(i);
    }
    return rows;
}

}  // namespace

SearchResult search_exhaustively(const Problem& problem, const SearchSettings& /*settings*/,
                                 Monitor& monitor) {
    const Enumeration all(problem.space, largest_exhaustive);
    return look_at_all(
        problem, all.size(),
        [&](std::size_t begin, std::size_t end) { return all.slice(begin, end); }, monitor);
}

SearchResult search_listed(const Problem& problem, const Architectures& candidates,
                           Monitor& monitor) {
    check(problem);
    if (candidates.size() == 0)
        throw DataError("search: no candidates, at least one expected");
    for (std::size_t i = 0; i < candidates.size(); ++i) {
        if (!problem.space->contains(candidates.row(i)))
            throw ArchitectureError(message("search: candidate ", i, " of ", candidates.size(),
                                            " is not in ", problem.space->description()));
    }
    const Architectures list = candidates.select(first_rows(candidates));
    const auto slice = [&](std::size_t begin, std::size_t end) {
        std::vector<std::size_t> rows(end - begin);
        std::iota(rows.begin(), rows.end(), begin);
        return list.select(rows);
    };
    return look_at_all(problem, list.size(), slice, monitor);
}

}  // namespace latpred
