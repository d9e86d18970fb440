// Draws of sizes as networks have them. Whole numbers only, so that they are equal on all machines.
#pragma once

#include <cstdint>
#include <initializer_list>

#include "base/rng.hpp"
#include "graphs/op_graph.hpp"

namespace latpred {

class ProbeDraws {
  public:
    explicit ProbeDraws(Rng rng) : rng_(rng) {}

    bool flip(double probability) { return rng_.flip(probability); }
    /// One of low, …, high.
    int between(int low, int high) {
        return low + static_cast<int>(rng_.below(static_cast<std::uint32_t>(high - low + 1)));
    }
    template <class T>
    T pick(std::initializer_list<T> choices) {
        return choices.begin()[rng_.below(static_cast<std::uint32_t>(choices.size()))];
    }
    /// Each octave between them alike.
    std::int64_t log_uniform(std::int64_t low, std::int64_t high);

    /// About as many: a multiple of 8, of 16 or 32 beyond 128; now and then any number.
    int channels(std::int64_t about);
    /// Side of a plane within a network.
    int side();
    /// Side of an image.
    int image();
    /// Tokens of a sequence.
    int tokens();
    /// Of convolutions, with relu the most frequent.
    Activation activation();

  private:
    Rng rng_;
};

/// Root, rounded down.
std::int64_t whole_root(std::int64_t square);

}  // namespace latpred
