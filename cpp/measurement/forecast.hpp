// How many visits a campaign will take, for those who wait for it.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "measurement/effort.hpp"
#include "measurement/visit.hpp"

namespace latpred {

/// A guess that never decides anything. The half width of an interval shrinks with the root of the
/// visits, and the meter stops at the next count of its grid; networks of which nothing is known
/// yet are taken to need as many visits as the others.
class Forecast {
  public:
    Forecast(const Effort& effort, Scope scope, std::size_t networks);

    /// A visit was made.
    void visited() { ++done_; }
    /// The interval of `visits` was looked at and the network is not done; `made` in all.
    void looked(std::size_t network, std::span<const Visit> visits, int made);
    /// No more visits of this network, whose interval has the half width, in percent.
    void finished(std::size_t network, int made, double half_width_percent);

    [[nodiscard]] std::size_t done() const { return done_; }
    /// Visits of the whole campaign, those that were made among them.
    /// @param spent  share of the campaign's time that is over; 0 where it has no limit
    [[nodiscard]] std::size_t expected(double spent) const;
    /// "3 of 40 networks, ±2.1 %": half widths are those of the last looks, on average.
    [[nodiscard]] std::string text() const;

  private:
    struct Known {
        bool counted = false;
        double visits = 0.0;
        double half_width = 0.0;  ///< in percent; 0: not known
    };
    void set(std::size_t network, Known known);

    const Effort& effort_;
    Scope scope_;
    std::vector<Known> known_;
    std::size_t done_ = 0;
    std::size_t finished_ = 0;
    // Sums over what is known.
    double counted_ = 0.0;
    double measured_ = 0.0;
    double visits_ = 0.0;
    double half_widths_ = 0.0;
};

}  // namespace latpred
