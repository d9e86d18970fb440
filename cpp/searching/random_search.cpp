#include "searching/random_search.hpp"

#include "searching/breeding.hpp"

namespace latpred {
namespace {

class RandomSearch final : public Breeding {
  public:
    RandomSearch(const Problem& problem, const SearchSettings& settings, Monitor& monitor)
        : Breeding(problem, settings, monitor, front_capacity(problem)) {}

  private:
    void found() override {
        Population drawn(problem_);
        settle(drawn);
        scorer_.score(drawn);
    }

    bool breed(std::size_t /*generation*/) override {
        Population drawn(problem_);
        draw(drawn, settings_.population);
        if (drawn.size() < settings_.population)
            fill(drawn, settings_.population - drawn.size());
        scorer_.score(drawn);
        return drawn.size() > 0;
    }
};

}  // namespace

SearchResult search_at_random(const Problem& problem, const SearchSettings& settings,
                              Monitor& monitor) {
    return RandomSearch(problem, settings, monitor).run();
}

}  // namespace latpred
