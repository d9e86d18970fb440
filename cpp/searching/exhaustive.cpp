#include "searching/exhaustive.hpp"

#include <algorithm>

#include "searching/reach.hpp"
#include "spaces/enumeration.hpp"

namespace latpred {

SearchResult search_exhaustively(const Problem& problem, const SearchSettings& /*settings*/,
                                 Monitor& monitor) {
    constexpr std::size_t chunk_rows = 4096;
    const Enumeration all(problem.space, largest_exhaustive);
    Scorer scorer(problem, front_capacity(problem));
    Reach reach(problem);
    for (std::size_t begin = 0; begin < all.size(); begin += chunk_rows) {
        monitor.poll();
        const std::size_t end = std::min(begin + chunk_rows, all.size());
        const Architectures rows = all.slice(begin, end);
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
        monitor.progress(end, all.size(), "search");
    }
    if (scorer.evaluations() == 0)
        reach.refuse(true);
    return scorer.result("every architecture seen");
}

}  // namespace latpred
