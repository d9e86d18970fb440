#include "searching/breeding.hpp"

#include "searching/feasibility.hpp"

namespace latpred {

constexpr std::size_t patience = 100;  // tries a wanted architecture

Breeding::Breeding(const Problem& problem, const SearchSettings& settings, Monitor& monitor,
                   std::size_t front_capacity)
    : problem_(problem), settings_(settings), monitor_(monitor), scorer_(problem, front_capacity),
      nursery_(scorer_, settings.seed), variation_(problem.space, settings.mutation_rate) {}

SearchResult Breeding::run() {
    found();
    scorer_.mark();
    std::string stopped = "all generations done";
    for (std::size_t generation = 1; generation <= settings_.generations; ++generation) {
        monitor_.progress(generation - 1, settings_.generations, "search");
        if (!breed(generation)) {
            stopped = nursery_.why_ended();
            break;
        }
        scorer_.mark();
    }
    monitor_.progress(settings_.generations, settings_.generations, "search");
    return scorer_.result(std::move(stopped));
}

void Breeding::settle(Population& into) {
    gather(into);
    rescue(into);
}

void Breeding::gather(Population& into) {
    if (settings_.initial)
        nursery_.admit(into, settings_.initial->size(), *settings_.initial);
    if (into.size() < settings_.population)
        draw(into, settings_.population - into.size());
}

void Breeding::rescue(Population& into) {
    if (into.size() == 0)
        nursery_.take(into, feasible_start(scorer_, settings_.seed, monitor_));
}

void Breeding::draw(Population& into, std::size_t wanted) {
    collect(into, wanted,
            [&](Rng& rng, std::span<GeneValue> row) { problem_.space->draw(rng, row); });
}

void Breeding::collect(Population& into, std::size_t wanted, const Nursery::Maker& make) {
    nursery_.collect(into, wanted, wanted * patience, make, monitor_);
}

void Breeding::fill(Population& into, std::size_t wanted) {
    nursery_.admit_rest(into, wanted, monitor_);
}

bool Breeding::adopt(Population& children, std::size_t wanted, Population& into) {
    if (children.size() < wanted)
        draw(children, wanted - children.size());
    if (children.size() < wanted)
        fill(children, wanted - children.size());
    if (children.size() == 0)
        return false;
    scorer_.score(children);
    for (std::size_t i = 0; i < children.size(); ++i)
        into.append(children, i);
    return true;
}

}  // namespace latpred
