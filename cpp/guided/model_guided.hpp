// Search that asks for the objective where a model of it promises most.
#pragma once

#include "guided/score_model.hpp"
#include "searching/search.hpp"

namespace latpred {

/// For objectives that are dear and limits that are free. The first `population` networks are drawn
/// at random; each generation the model is fitted to all that were asked for and the objective is
/// asked for the `population` candidates of which it expects most. Scores below their median count
/// as the median, so that the model spends itself on the better half, which the search fills more
/// and more.
///
/// Candidates are all networks within the limits of a small space (see is_small); of others, what
/// breeding from the best known and the most promising ones found so far. `parent_ratio` and
/// `crossover_rate` have no meaning here. Throws as `search`.
SearchResult search_by_model(const Problem& problem, ScoreModel& model,
                             const SearchSettings& settings, Monitor& monitor = Monitor::current());

}  // namespace latpred
