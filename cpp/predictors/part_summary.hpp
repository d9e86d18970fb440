// What a catalogue and a fit of parts say in figures.
#pragma once

#include <span>
#include <vector>

#include "metrics/additivity.hpp"
#include "predictors/part_catalogue.hpp"
#include "predictors/part_fit.hpp"

namespace latpred {

/// P x 3, row-major: multiply-accumulates, bytes moved and kernels of each part.
std::vector<double> part_costs(const PartCatalogue& catalogue);

/// P numbers: how parts compare, as the sum of their three costs, each over its mean.
std::vector<double> expected_sizes(const PartCatalogue& catalogue);

/// Networks to measure for so many parts where nobody says: half as many, 40 to 400.
std::size_t usual_networks(std::size_t parts);

/// A fit as a table.
struct PartSummary {
    std::vector<Bounded> values;  ///< P latencies, ms, with normal intervals
    std::vector<bool> seen;       ///< P: whether a network has the part
    Additivity held_out;          ///< of networks predicted without their own row
    double noise_percent = 0;
};

/// `counts` and `latency` as the fit had them.
PartSummary summary(const PartFit& fit, const Eigen::MatrixXd& counts,
                    std::span<const double> latency);

}  // namespace latpred
