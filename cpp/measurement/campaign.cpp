#include "measurement/campaign.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/rng.hpp"
#include "base/statistics.hpp"
#include "base/text.hpp"

namespace latpred {

CampaignRun::CampaignRun(Clock& clock, const MeterOptions& options, std::size_t count,
                         const MakeRunnable& make, Runnable& reference, CampaignEvents& events,
                         Monitor& monitor)
    : clock_(clock), options_(options), make_(make), events_(events), monitor_(monitor),
      sampler_(clock, options.scope, monitor), reference_(sampler_, reference, options),
      rows_(count), start_wall_(clock.wall_ns()), start_cpu_(clock.cpu_ns(options.scope)) {}

/// Groups are drawn at random, so that neither the caller's order nor drift sorts the networks.
/// A time budget is shared out, so that the last group gets as much as the first.
Campaign CampaignRun::finish_all() {
    std::vector<std::size_t> order(rows_.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    Rng(options_.seed, "campaign-groups").shuffle(std::span(order));
    const std::span<const std::size_t> all(order);
    for (std::size_t begin = 0; begin < all.size(); begin += options_.group) {
        const auto indices = all.subspan(begin, std::min(options_.group, all.size() - begin));
        const double share =
            static_cast<double>(indices.size()) / static_cast<double>(all.size() - begin);
        const double now = seconds();
        std::vector<Member> group = build(indices);
        sweep_group(group, begin / options_.group, now + share * (options_.budget_seconds - now));
    }
    Campaign campaign;
    campaign.reference = reference_.result();
    for (NetworkResult& row : rows_)
        set_scale(row, campaign.reference);
    add_totals(campaign);
    campaign.rows = std::move(rows_);
    return campaign;
}

std::vector<CampaignRun::Member> CampaignRun::build(std::span<const std::size_t> indices) {
    reference_.interrupt();
    std::vector<Member> group;
    for (const std::size_t index : indices) {
        Member member;
        member.index = index;
        rows_[index].index = index;
        monitor_.poll();
        try {
            member.runnable = guarded([&] { return make_(index); });
            rows_[index].name = member.runnable->name();
            guarded([&] { member.runnable->prepare(); });
            member.runs = sampler_.calibrate(*member.runnable);
            group.push_back(std::move(member));
        } catch (const RunnableFailure& failure) {
            fail(member, failure.reason);
        }
    }
    return group;
}

void CampaignRun::sweep_group(std::vector<Member>& group, std::uint64_t number, double deadline) {
    for (std::uint64_t sweep = 0; !group.empty(); ++sweep) {
        Rng(options_.seed, "campaign-sweep", (number << 32) + sweep).shuffle(std::span(group));
        for (Member& member : group) {
            monitor_.poll();
            monitor_.progress(finished_, rows_.size(), message("visit ", member.visits.size() + 1));
            if (seconds() >= deadline) {
                finish(member, Status::budget, "the time ran out");
                continue;
            }
            try {
                visit(member);
                look(member);
            } catch (const RunnableFailure& failure) {
                fail(member, failure.reason);
            }
        }
        std::erase_if(group, [](const Member& member) { return member.runnable == nullptr; });
    }
}

void CampaignRun::visit(Member& member) {
    const Leg before = reference_.leg_before();
    reference_.interrupt();
    sampler_.warm_up(*member.runnable, member.runs, 5);
    const Leg network = sampler_.leg(*member.runnable, member.runs, options_.effort.samples);
    member.visits.push_back(make_visit(before, network, reference_.leg_after()));
}

bool CampaignRun::look(Member& member) {
    const Effort& effort = options_.effort;
    const auto visits = static_cast<int>(member.visits.size());
    const bool last = visits >= effort.most_visits;
    if (effort.precision <= 0.0) {
        if (last)
            finish(member, Status::converged, "");
        return last;
    }
    if (!last && !is_look(visits))
        return false;
    const double width =
        estimate_ratio(member.visits, effort, options_.scope).relative_half_width();
    if (width <= effort.precision) {
        finish(member, Status::converged, "");
    } else if (last) {
        finish(member, Status::budget,
               message("within ", 100.0 * width, " % after ", visits, " visits, ",
                       100.0 * effort.precision, " % asked"));
    }
    return last || width <= effort.precision;
}

/// Frees the runnable: memory is what limits the size of a group.
void CampaignRun::finish(Member& member, Status status, const std::string& reason) {
    NetworkResult& row = rows_[member.index];
    const Estimate estimate = estimate_ratio(member.visits, options_.effort, options_.scope);
    row.status = status;
    row.reason = member.visits.empty() ? reason + " before the first visit" : reason;
    row.time = estimate.kind;
    row.ratio = std::exp(estimate.value);
    row.ratio_low = std::exp(estimate.low);
    row.ratio_high = std::exp(estimate.high);
    row.runs_per_sample = member.runs;
    row.visits = static_cast<int>(member.visits.size());
    std::vector<double> cpu;
    for (const Visit& visit : member.visits) {
        cpu.push_back(visit.cpu_ms);
        row.clean_visits += std::isnan(visit.log_clean) ? 0 : 1;
        row.samples += visit.samples;
        row.clean_samples += visit.clean_samples;
    }
    if (!cpu.empty())
        row.cpu_ms = median(cpu);
    if (strata_disagree(member.visits, options_.effort.alpha)) {
        row.status = Status::suspect;
        row.reason = "undisturbed and disturbed visits differ by more than 3 %";
    }
    const ReferenceResult reference = reference_.result();
    set_scale(row, reference);
    member.runnable.reset();
    ++finished_;
    events_.finished(row, reference);
    monitor_.progress(finished_, rows_.size(), row.name);
}

void CampaignRun::fail(Member& member, const std::string& reason) {
    NetworkResult& row = rows_[member.index];
    row.status = Status::failed;
    row.reason = reason;
    row.visits = static_cast<int>(member.visits.size());
    member.runnable.reset();
    ++finished_;
    events_.finished(row, reference_.result());
    monitor_.progress(finished_, rows_.size(), row.name);
}

double CampaignRun::seconds() const {
    return static_cast<double>(clock_.wall_ns() - start_wall_) * 1e-9;
}

void CampaignRun::add_totals(Campaign& campaign) const {
    double samples = reference_.samples();
    double clean = reference_.clean_samples();
    for (const NetworkResult& row : rows_) {
        samples += row.samples;
        clean += row.clean_samples;
    }
    campaign.clean_fraction = samples > 0.0 ? clean / samples : not_measured;
    campaign.wall_seconds = seconds();
    campaign.cpu_seconds = static_cast<double>(clock_.cpu_ns(options_.scope) - start_cpu_) * 1e-9;
    if (campaign.clean_fraction < 0.5) {
        campaign.warnings.push_back(
            message("only ", std::lround(100.0 * campaign.clean_fraction),
                    " % of the samples were undisturbed: other work shares the processor"));
    }
}

}  // namespace latpred
