// One campaign in progress. Private to the meter.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "measurement/reference.hpp"

namespace latpred {

class CampaignRun {
  public:
    CampaignRun(Clock& clock, const MeterOptions& options, std::size_t count,
                const MakeRunnable& make, Runnable& reference, CampaignEvents& events,
                Monitor& monitor);

    Campaign finish_all();

  private:
    /// A network that is held in memory.
    struct Member {
        std::size_t index = 0;
        std::unique_ptr<Runnable> runnable;
        int runs = 1;
        std::vector<Visit> visits;
    };

    std::vector<Member> build(std::span<const std::size_t> indices);
    void sweep_group(std::vector<Member>& group, std::uint64_t number, double deadline);
    void visit(Member& member);
    /// Whether the network is done by its visits; sets its row if so.
    bool look(Member& member);
    void finish(Member& member, Status status, const std::string& reason);
    void fail(Member& member, const std::string& reason);
    [[nodiscard]] double seconds() const;
    void add_totals(Campaign& campaign) const;

    Clock& clock_;
    const MeterOptions& options_;
    const MakeRunnable& make_;
    CampaignEvents& events_;
    Monitor& monitor_;
    Sampler sampler_;
    ReferenceTrack reference_;
    std::vector<NetworkResult> rows_;
    std::size_t finished_ = 0;
    std::int64_t start_wall_;
    std::int64_t start_cpu_;
};

}  // namespace latpred
