#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/rng.hpp"
#include "base/text.hpp"
#include "measurement/campaign.hpp"

namespace latpred {
namespace {

constexpr int most_waits = 3;
constexpr double crowded_pressure = 80.0;
constexpr double waiting_share = 0.05;  // of a time budget: a crowd may stay, the time does not
constexpr int warm_up_runs = 5;

}  // namespace

/// Measured, or taken from the earlier records; both change the state alike, except for what only
/// measuring needs.
void CampaignRun::step(Member& member, double deadline) {
    VisitRecord record;
    record.network = member.index;
    record.group = group_;
    record.sweep = sweep_;
    record.number = member.visits.made();
    if (!journal_.replaying()) {
        if (journal_.seconds() >= deadline) {
            record.kind = RecordKind::timeout;
        } else {
            try {
                measure_visit(member, record);
            } catch (const RunnableFailure& failure) {
                record.kind = RecordKind::failure;
                record.reason = failure.reason;
                record.legs.clear();
                record.shared = false;
                last_reference_ = the_network;
            }
        }
        record.runs_per_sample = std::max(1, member.runs);
        record.reference_runs = references_.runs();
        record.name = rows_[member.index].name;
    }
    record = note(record);
    rows_[member.index].name = record.name;
    if (record.kind == RecordKind::failure) {
        fail(member, record.reason);
    } else if (record.kind == RecordKind::timeout) {
        member.out_of_time = true;
    } else {
        member.runs = record.runs_per_sample;
        forecast_.visited();
        member.fresh = true;
        member.visits.add(to_visit(record));
    }
}

/// Replays or writes down, and does what both have in common.
VisitRecord CampaignRun::note(const VisitRecord& due) {
    const bool earlier = journal_.replaying();
    const VisitRecord record = earlier ? journal_.replay(due) : journal_.write(due);
    check_record(record, references_.size());
    if (earlier) {
        for (std::size_t i = record.shared ? 1 : 0; i < record.legs.size(); ++i)
            sampler_.remember(record.legs[i].leg);
        // Stores of earlier versions have none with what failed or ran out of time.
        if (!record.reference_runs.empty())
            references_.set_runs(record.reference_runs);
    }
    scale_.add(record);
    if (!std::isnan(record.pressure))
        crowded_ = std::min(crowded_, record.pressure);
    return record;
}

void CampaignRun::measure_visit(Member& member, VisitRecord& record) {
    if (member.runnable == nullptr)
        build(member);
    const bool reference_inside = options_.effort.alternate && member.visits.made() % 2 == 1;
    if (reference_inside) {
        record.legs.push_back(network_leg(member));
        record.legs.push_back(reference_leg(member.reference));
        record.legs.push_back(network_leg(member));
    } else {
        const bool shared = last_reference_ == static_cast<int>(member.reference);
        record.shared = shared;
        record.legs.push_back(shared ? LegRecord{last_reference_, last_leg_}
                                     : reference_leg(member.reference));
        record.legs.push_back(network_leg(member));
        record.legs.push_back(reference_leg(member.reference));
    }
}

void CampaignRun::build(Member& member) {
    last_reference_ = the_network;
    member.runnable = guarded([&] { return plan_.make(member.index); });
    rows_[member.index].name = member.runnable->name();
    guarded([&] { member.runnable->prepare(); });
    if (member.runs == 0)
        member.runs = sampler_.calibrate(*member.runnable);
}

LegRecord CampaignRun::network_leg(Member& member) {
    last_reference_ = the_network;
    sampler_.warm_up(*member.runnable, member.runs, warm_up_runs);
    return {the_network, sampler_.leg(*member.runnable, member.runs, options_.effort.samples)};
}

LegRecord CampaignRun::reference_leg(std::size_t which) {
    last_leg_ = references_.leg(which);
    last_reference_ = static_cast<int>(which);
    return {last_reference_, last_leg_};
}

Steadiness CampaignRun::pass(double deadline) {
    if (references_.size() < 2)
        return Steadiness::steady;
    VisitRecord record;
    record.kind = RecordKind::sentinel;
    record.group = group_;
    record.sweep = sweep_;
    record.number = static_cast<int>(passes_);
    if (journal_.replaying() ? !journal_.is_next(record) : journal_.seconds() >= deadline)
        return Steadiness::steady;
    std::vector<std::size_t> order(references_.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    Rng(options_.seed, "campaign-sentinel", passes_++).shuffle(std::span(order));
    if (!journal_.replaying()) {
        for (const std::size_t which : order)
            record.legs.push_back(reference_leg(which));
        record.reference_runs = references_.runs();
    }
    record = note(record);
    classes_.assign(order.rbegin(), order.rend());
    std::vector<Leg> legs(references_.size());
    for (const auto& [subject, leg] : record.legs)
        legs[static_cast<std::size_t>(subject)] = leg;
    return sentinel_.add(legs);
}

bool CampaignRun::changed(double deadline) {
    Steadiness found = pass(deadline);
    for (int more = 0; found == Steadiness::in_doubt && more < 12; ++more) {
        monitor_.poll();
        found = pass(deadline);
    }
    return found == Steadiness::changed;
}

bool CampaignRun::stays_changed(double deadline) {
    for (int wait_number = 0; wait_number < most_waits; ++wait_number) {
        if (!journal_.replaying() && journal_.seconds() < deadline)
            wait(std::ldexp(0.5, wait_number));
        if (!changed(deadline))
            return false;
    }
    return true;
}

/// Waiting is for a machine that is crowded now and then; on one that always is it ends after
/// three times, and CPU time has to do.
void CampaignRun::wait_while_crowded(double deadline) {
    const double most = waiting_share * options_.budget_seconds / most_waits;
    const double patience = std::min(options_.effort.patience, most);
    if (crowded_ <= crowded_pressure || std::isinf(crowded_) || patience <= 0.0 ||
        waits_ >= most_waits) {
        return;
    }
    ++waits_;
    if (journal_.replaying() || journal_.seconds() + patience >= deadline)
        return;
    wait(patience);
}

/// In slices: work can be cancelled meanwhile.
void CampaignRun::wait(double seconds) {
    constexpr double slice = 0.05;
    const auto slices = static_cast<int>(std::ceil(seconds / slice));
    for (int i = 0; i < slices; ++i) {
        monitor_.poll();
        clock_.pause(seconds / slices);
    }
    last_reference_ = the_network;
}

}  // namespace latpred
