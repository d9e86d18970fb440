// What searches by generations share: the loop, and how candidates come into the world.
#pragma once

#include "searching/nursery.hpp"
#include "searching/search.hpp"
#include "spaces/variation.hpp"

namespace latpred {

class Breeding {
  public:
    Breeding(const Breeding&) = delete;
    Breeding& operator=(const Breeding&) = delete;
    virtual ~Breeding() = default;

    /// The first population, then generations until they are done or no child is found.
    SearchResult run();

  protected:
    Breeding(const Problem& problem, const SearchSettings& settings, Monitor& monitor,
             std::size_t front_capacity);

    /// Makes and scores the first population.
    virtual void found() = 0;
    /// Makes and scores generation number 1, 2, …; false where no child was found.
    virtual bool breed(std::size_t generation) = 0;

    /// The rows a search starts from: all given ones within the limits, then random ones up to
    /// `population`, or one grown from what the limits leave where these are none.
    /// InfeasibleError where nothing keeps them.
    void settle(Population& into);
    /// The two parts of it.
    void gather(Population& into);
    void rescue(Population& into);
    /// Up to `wanted` new ones at random, or as `make` makes them.
    void draw(Population& into, std::size_t wanted);
    void collect(Population& into, std::size_t wanted, const Nursery::Maker& make);
    /// The same in a small space where chance finds nothing new, from what is left.
    void fill(Population& into, std::size_t wanted);
    /// Makes children up to `wanted` by the two, scores and appends them; false where there is
    /// none.
    bool adopt(Population& children, std::size_t wanted, Population& into);

    const Problem& problem_;
    const SearchSettings& settings_;
    Monitor& monitor_;
    Scorer scorer_;
    Nursery nursery_;
    Variation variation_;
};

}  // namespace latpred
