#include "measurement/journal.hpp"

#include <utility>

#include "base/text.hpp"

namespace latpred {
namespace {

std::string step_text(const VisitRecord& record) {
    const std::string place = message(" in sweep ", record.sweep, " of group ", record.group);
    if (record.kind == RecordKind::sentinel)
        return "a sentinel" + place;
    return message("visit ", record.number, " of network ", record.network, place);
}

bool same_step(const VisitRecord& a, const VisitRecord& b) {
    return (a.kind == RecordKind::sentinel) == (b.kind == RecordKind::sentinel) &&
           a.group == b.group && a.sweep == b.sweep && a.network == b.network &&
           a.number == b.number;
}

}  // namespace

Journal::Journal(Clock& clock, Scope scope, std::span<const VisitRecord> earlier,
                 CampaignEvents& events)
    : clock_(clock), scope_(scope), earlier_(earlier), events_(events),
      start_wall_(clock.wall_ns()), start_cpu_(clock.cpu_ns(scope)) {
    if (!earlier.empty()) {
        before_ = earlier.back().seconds;
        cpu_before_ = earlier.back().cpu_seconds;
    }
}

bool Journal::is_next(const VisitRecord& due) const {
    return same_step(next(), due);
}

VisitRecord Journal::replay(const VisitRecord& due) {
    const VisitRecord& record = next();
    if (record.sequence != sequence_ || !same_step(record, due)) {
        throw DataError(message("earlier record ", sequence_, " has number ", record.sequence,
                                " and is ", step_text(record), "; due is ", step_text(due),
                                ": other networks, effort, seed or group, or records missing"));
    }
    ++position_;
    ++sequence_;
    return record;
}

VisitRecord Journal::write(VisitRecord record) {
    record.sequence = sequence_++;
    record.seconds = seconds();
    record.cpu_seconds = cpu_seconds();
    record.pressure = clock_.pressure();
    events_.visited(record);
    return record;
}

double Journal::seconds() const {
    if (replaying())
        return position_ > 0 ? earlier_[position_ - 1].seconds : 0.0;
    return before_ + static_cast<double>(clock_.wall_ns() - start_wall_) * 1e-9;
}

double Journal::cpu_seconds() const {
    return cpu_before_ + static_cast<double>(clock_.cpu_ns(scope_) - start_cpu_) * 1e-9;
}

}  // namespace latpred
