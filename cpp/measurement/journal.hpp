// The records of a campaign: earlier ones to replay, new ones to report. Private to the meter.
#pragma once

#include <cstdint>
#include <span>

#include "measurement/meter.hpp"

namespace latpred {

/// Stamps records with their number and the campaign's time, which goes on where the earlier
/// records end.
class Journal {
  public:
    Journal(Clock& clock, Scope scope, std::span<const VisitRecord> earlier,
            CampaignEvents& events);

    /// Whether the next step is to be taken from an earlier record.
    [[nodiscard]] bool replaying() const { return position_ < earlier_.size(); }
    /// Whether the earlier record that comes next is of this step.
    [[nodiscard]] bool is_next(const VisitRecord& due) const;
    /// The earlier record that comes next.
    [[nodiscard]] const VisitRecord& next() const { return earlier_[position_]; }
    /// That record, which must be of the step that is due; DataError with both otherwise.
    VisitRecord replay(const VisitRecord& due);
    /// A record that was just measured.
    VisitRecord write(VisitRecord record);

    /// Time of the campaign; of the last record while replaying.
    [[nodiscard]] double seconds() const;
    [[nodiscard]] double cpu_seconds() const;

  private:
    Clock& clock_;
    Scope scope_;
    std::span<const VisitRecord> earlier_;
    CampaignEvents& events_;
    std::size_t position_ = 0;
    std::uint64_t sequence_ = 0;
    double before_ = 0.0;  ///< time of the earlier records
    double cpu_before_ = 0.0;
    std::int64_t start_wall_;
    std::int64_t start_cpu_;
};

}  // namespace latpred
