// One campaign in progress. Private to the meter.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "measurement/forecast.hpp"
#include "measurement/journal.hpp"
#include "measurement/sentinel.hpp"
#include "measurement/visit_sets.hpp"

namespace latpred {

class CampaignRun {
  public:
    CampaignRun(Clock& clock, const MeterOptions& options, const CampaignPlan& plan,
                CampaignEvents& events, Monitor& monitor);

    Campaign finish_all();

  private:
    /// A network that is not done.
    struct Member {
        std::size_t index = 0;
        std::size_t reference = 0;
        std::unique_ptr<Runnable> runnable;  ///< built before its first visit here
        int runs = 0;                        ///< in a sample; 0: not known yet
        int restarts = 0;
        VisitSets visits;
        bool fresh = false;  ///< visited in this sweep
        bool out_of_time = false;
        bool done = false;
    };

    // campaign.cpp: groups and sweeps
    void finish_group(std::span<const std::size_t> indices, double deadline);
    void order_sweep(std::vector<Member>& group);
    void end_sweep(std::vector<Member>& group, double deadline);
    void finish(Member& member, const Verdict& verdict);
    void fail(Member& member, const std::string& reason);
    [[nodiscard]] NetworkResult result(const Member& member, const Verdict& verdict) const;
    void add_totals(Campaign& campaign) const;
    void report(Member& member);
    void tell();

    // campaign_steps.cpp: one step, measured or replayed
    void step(Member& member, double deadline);
    void measure_visit(Member& member, VisitRecord& record);
    void build(Member& member);
    LegRecord network_leg(Member& member);
    LegRecord reference_leg(std::size_t which);
    VisitRecord note(const VisitRecord& due);
    /// A pass over the references, if there are several and there is time.
    Steadiness pass(double deadline);
    /// Passes until there is no doubt; true where the references changed.
    bool changed(double deadline);
    /// Waits for the references to come back; true where they stay changed.
    bool stays_changed(double deadline);
    void wait_while_crowded(double deadline);
    void wait(double seconds);

    Clock& clock_;
    const MeterOptions& options_;
    const CampaignPlan& plan_;
    CampaignEvents& events_;
    Monitor& monitor_;
    Sampler sampler_;
    References references_;
    ReferenceScale scale_;
    DriftSentinel sentinel_;
    Journal journal_;
    std::uint64_t group_ = 0;
    std::uint64_t sweep_ = 0;
    std::uint64_t passes_ = 0;
    std::vector<std::size_t> classes_;  ///< references in the order of the last pass, reversed
    int last_reference_ = the_network;  ///< whose leg ended just now
    Leg last_leg_;
    double crowded_ = 0.0;  ///< least pressure in this sweep, percent; infinite: not known
    int waits_ = 0;
    int changes_ = 0;
    int quarantined_ = 0;
    std::vector<NetworkResult> rows_;
    Forecast forecast_;
};

/// Puts the row's ratio on its reference's scale: its latency with an interval that holds the
/// uncertainty of both (in quadrature, in the logarithm).
void set_scale(NetworkResult& row, const ReferenceResult& reference);

}  // namespace latpred
