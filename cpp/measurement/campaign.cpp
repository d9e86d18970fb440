#include "measurement/campaign.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/rng.hpp"
#include "base/statistics.hpp"
#include "base/text.hpp"

namespace latpred {
namespace {

constexpr int most_restarts = 3;
constexpr std::size_t enough_for_tail = 64;  // six lie beyond the 90th percentile

}  // namespace

CampaignRun::CampaignRun(Clock& clock, const MeterOptions& options, const CampaignPlan& plan,
                         CampaignEvents& events, Monitor& monitor)
    : clock_(clock), options_(options), plan_(plan), events_(events), monitor_(monitor),
      sampler_(clock, options.scope, monitor),
      references_(sampler_, plan.references, options.effort.samples),
      scale_(plan.references.size(), options.effort, options.scope),
      sentinel_(plan.references.size(), options.effort.precision),
      journal_(clock, options.scope, plan.earlier, events), classes_(plan.references.size()),
      rows_(plan.count), forecast_(options.effort, options.scope, plan.count) {
    std::iota(classes_.begin(), classes_.end(), std::size_t{0});
}

/// Groups are drawn at random, so that neither the caller's order nor drift sorts the networks.
/// A time budget is shared out, so that the last group gets as much as the first.
Campaign CampaignRun::finish_all() {
    std::vector<std::size_t> order(rows_.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    Rng(options_.seed, "campaign-groups").shuffle(std::span(order));
    const std::span<const std::size_t> all(order);
    for (std::size_t begin = 0; begin < all.size(); begin += options_.group, ++group_) {
        const auto indices = all.subspan(begin, std::min(options_.group, all.size() - begin));
        const double share =
            static_cast<double>(indices.size()) / static_cast<double>(all.size() - begin);
        const double now = journal_.seconds();
        finish_group(indices, now + share * (options_.budget_seconds - now));
    }
    if (journal_.replaying()) {
        throw DataError(message("earlier record ", journal_.next().sequence,
                                " comes after the end of the campaign: other networks, effort, "
                                "seed or group"));
    }
    Campaign campaign;
    for (std::size_t i = 0; i < references_.size(); ++i) {
        campaign.references.push_back(scale_.result(i));
        campaign.references.back().name = references_.name(i);
    }
    for (NetworkResult& row : rows_)
        set_scale(row, campaign.references[row.reference]);
    add_totals(campaign);
    campaign.rows = std::move(rows_);
    return campaign;
}

void CampaignRun::finish_group(std::span<const std::size_t> indices, double deadline) {
    std::vector<Member> group(indices.size());
    for (std::size_t i = 0; i < indices.size(); ++i) {
        const std::size_t index = indices[i];
        group[i].index = rows_[index].index = index;
        group[i].reference = rows_[index].reference =
            plan_.pairing.empty() ? main_reference(references_.size()) : plan_.pairing[index];
    }
    sweep_ = 0;
    if (changed(deadline) && stays_changed(deadline)) {
        sentinel_.accept();
        ++changes_;
    }
    for (; !group.empty(); ++sweep_) {
        order_sweep(group);
        crowded_ = HUGE_VAL;
        for (Member& member : group) {
            monitor_.poll();
            step(member, deadline);
            tell();
        }
        end_sweep(group, deadline);
        std::erase_if(group, [](const Member& member) { return member.done; });
    }
}

/// At random, but networks beside the same reference together, so that neighbours share its legs;
/// first those beside the reference that the sentinel ended with.
void CampaignRun::order_sweep(std::vector<Member>& group) {
    std::ranges::sort(group, {}, &Member::index);
    Rng(options_.seed, "campaign-sweep", (group_ << 32) + sweep_).shuffle(std::span(group));
    std::ranges::stable_sort(group, {}, [&](const Member& member) {
        return std::ranges::find(classes_, member.reference) - classes_.begin();
    });
}

/// The visits of this sweep belong to a set only if the references stand to each other as before
/// it.
void CampaignRun::end_sweep(std::vector<Member>& group, double deadline) {
    const bool quarantine = changed(deadline);
    scale_.end_sweep(!quarantine);
    const bool restart = quarantine && stays_changed(deadline);
    quarantined_ += quarantine ? 1 : 0;
    changes_ += restart ? 1 : 0;
    if (restart)
        sentinel_.accept();
    for (Member& member : group) {
        if (member.done)
            continue;
        if (quarantine && member.fresh)
            member.visits.set_last_apart();
        member.fresh = false;
        if (restart)
            member.visits.begin_set();
        if (restart && ++member.restarts > most_restarts) {
            finish(member, {true, Status::drift, "the references changed again and again"});
        } else if (member.out_of_time) {
            finish(member, {true, Status::budget, "the time ran out"});
        } else if (!restart) {
            const std::vector<Visit> visits = member.visits.current();
            const int made = member.visits.made();
            const Verdict verdict = judge(visits, made, options_.effort, options_.scope);
            if (verdict.done)
                finish(member, verdict);
            else if (is_look(static_cast<int>(visits.size())))
                forecast_.looked(member.index, visits, made);
        }
    }
    wait_while_crowded(deadline);
}

NetworkResult CampaignRun::result(const Member& member, const Verdict& verdict) const {
    NetworkResult row = rows_[member.index];
    const int made = member.visits.made();
    const Outcome outcome = outcome_of(member.visits, verdict, options_.effort, options_.scope);
    const Estimate& estimate = outcome.estimate;
    row.status = outcome.verdict.status;
    row.reason = outcome.verdict.reason + (made == 0 ? " before the first visit" : "");
    row.time = estimate.kind;
    row.correlation = estimate.correlation;
    row.ratio = std::exp(estimate.value);
    row.ratio_low = std::exp(estimate.low);
    row.ratio_high = std::exp(estimate.high);
    row.runs_per_sample = std::max(1, member.runs);
    row.visits = static_cast<int>(outcome.visits.size());
    row.apart_visits = made - row.visits;
    std::vector<double> cpu;
    std::vector<double> wall;
    for (const Visit& visit : outcome.visits) {
        wall.insert(wall.end(), visit.clean_times_ms.begin(), visit.clean_times_ms.end());
        cpu.push_back(visit.cpu_ms);
        row.clean_visits += std::isnan(visit.log_clean) ? 0 : 1;
        row.samples += visit.samples;
        row.clean_samples += visit.clean_samples;
    }
    if (!cpu.empty())
        row.cpu_ms = median(cpu);
    if (wall.size() >= enough_for_tail)
        row.p90_ms = quantile(wall, 0.9);
    return row;
}

void CampaignRun::finish(Member& member, const Verdict& verdict) {
    rows_[member.index] = result(member, verdict);
    report(member);
}

void CampaignRun::fail(Member& member, const std::string& reason) {
    NetworkResult& row = rows_[member.index];
    row.status = Status::failed;
    row.reason = reason;
    row.visits = member.visits.made();
    report(member);
}

/// Frees the runnable: memory is what limits the size of a group.
void CampaignRun::report(Member& member) {
    NetworkResult& row = rows_[member.index];
    const ReferenceResult& reference = scale_.recent(member.reference);
    set_scale(row, reference);
    member.runnable.reset();
    member.done = true;
    forecast_.finished(member.index, member.visits.made(), row.half_width_percent());
    events_.finished(row, reference);
    tell();
}

/// Only of what is measured now: whoever waits does not wait for earlier records.
void CampaignRun::tell() {
    if (journal_.replaying())
        return;
    const double spent =
        std::isinf(options_.budget_seconds) ? 0.0 : journal_.seconds() / options_.budget_seconds;
    monitor_.progress(forecast_.done(), forecast_.expected(spent), forecast_.text());
}

void CampaignRun::add_totals(Campaign& campaign) const {
    double samples = scale_.samples();
    double clean = scale_.clean_samples();
    for (const NetworkResult& row : rows_) {
        samples += row.samples;
        clean += row.clean_samples;
    }
    campaign.clean_fraction = samples > 0.0 ? clean / samples : not_measured;
    campaign.wall_seconds = journal_.seconds();
    campaign.cpu_seconds = journal_.cpu_seconds();
    campaign.estimated_values = scale_.estimated();
    campaign.changes = changes_;
    campaign.quarantined = quarantined_;
    campaign.calibrated = campaign.references[main_reference(references_.size())].calm;
    if (campaign.clean_fraction < 0.5) {
        campaign.warnings.push_back(
            message("only ", std::lround(100.0 * campaign.clean_fraction),
                    " % of the samples were undisturbed: other work shares the processor"));
    }
    if (changes_ > 0) {
        campaign.warnings.push_back(message("the references changed against each other ", changes_,
                                            " times, by ", 100.0 * sentinel_.change(),
                                            " % the last time"));
    }
}

void set_scale(NetworkResult& row, const ReferenceResult& reference) {
    const auto distance = [](double a, double b) { return std::log(a / b); };
    const double down = std::hypot(distance(row.ratio, row.ratio_low),
                                   distance(reference.latency_ms, reference.low_ms));
    const double up = std::hypot(distance(row.ratio_high, row.ratio),
                                 distance(reference.high_ms, reference.latency_ms));
    row.latency_ms = row.ratio * reference.latency_ms;
    row.low_ms = row.latency_ms * std::exp(-down);
    row.high_ms = row.latency_ms * std::exp(up);
}

}  // namespace latpred
