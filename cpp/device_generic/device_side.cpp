#include "device_generic/device_side.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/dense.hpp"
#include "base/statistics.hpp"
#include "device_generic/knowledge.hpp"

namespace latpred {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::RowVectorXd;
using Eigen::VectorXd;

/// Variance of a device's own deviation, in units of what its numbers explain.
constexpr double own_share = 0.5;
/// An error on devices left out must be below this share of that without shapes.
constexpr double worth = 0.98;
/// Offsets of so many devices shrink their mean by half.
constexpr double prior_devices = 3;
/// Deviation of offsets of phones under DGL's formula.
constexpr double usual_offset = 0.12;
constexpr double other_units = 0.7;  ///< a factor of two

RowVectorXd log_numbers(const DeviceNumbers& device) {
    RowVectorXd found(4);
    found << std::log(device.frequency_ghz), std::log(device.dispatch_width),
        std::log(device.cache_mb), std::log(device.memory_gbs);
    return found;
}

std::vector<std::size_t> described(const Knowledge& knowledge) {
    std::vector<std::size_t> found;
    for (std::size_t d = 0; d < knowledge.table->numbers.size(); ++d) {
        if (knowledge.table->numbers[d])
            found.push_back(d);
    }
    return found;
}

/// D weights of the devices in the prediction for one of these numbers: a Gaussian process of mean
/// 0 with a Gaussian kernel. Numbers enter in deviations over the devices, so units do not matter.
VectorXd weights_by_numbers(const Knowledge& knowledge, const std::vector<std::size_t>& devices,
                            const DeviceNumbers& target, double length) {
    MatrixXd numbers(static_cast<Index>(devices.size()), 4);
    for (std::size_t i = 0; i < devices.size(); ++i)
        numbers.row(static_cast<Index>(i)) = log_numbers(*knowledge.table->numbers[devices[i]]);
    const RowVectorXd means = numbers.colwise().mean();
    numbers.rowwise() -= means;
    const RowVectorXd deviations =
        (numbers.colwise().squaredNorm() / static_cast<double>(numbers.rows())).cwiseSqrt();
    const RowVectorXd scales = (deviations.array() > 1e-9).select(deviations.cwiseInverse(), 0.0);
    const MatrixXd z = numbers * scales.asDiagonal();
    const RowVectorXd at = (log_numbers(target) - means).cwiseProduct(scales);
    const auto kernel = [length](const RowVectorXd& apart) {
        return std::exp(-apart.squaredNorm() / (2 * 4 * length * length));
    };
    MatrixXd covariance(z.rows(), z.rows());
    VectorXd cross(z.rows());
    for (Index i = 0; i < z.rows(); ++i) {
        cross[i] = kernel(z.row(i) - at);
        for (Index j = 0; j < z.rows(); ++j)
            covariance(i, j) = kernel(z.row(i) - z.row(j)) + (i == j ? own_share : 0.0);
    }
    return positive_factor(covariance).solve(cross);
}

double mean_offset(const Knowledge& knowledge, const std::vector<std::size_t>& devices) {
    std::vector<double> offsets;
    double sum = 0;
    for (const std::size_t d : devices) {
        offsets.push_back(knowledge.devices[d].offset);
        sum += offsets.back();
    }
    if (offsets.empty())
        return 0;
    const double middle = median(offsets);
    if (std::abs(middle) > other_units)
        return middle;
    return sum / (static_cast<double>(offsets.size()) + prior_devices);
}

/// By a length of the kernel; index 0: the mean.
Deviation deviation_by(const Knowledge& knowledge, const std::vector<std::size_t>& devices,
                       const DeviceNumbers& target, std::size_t shape, std::size_t offset) {
    Deviation found{VectorXd::Zero(knowledge.basis.columns() + 1), mean_offset(knowledge, devices)};
    if (shape > 0) {
        const VectorXd weights =
            weights_by_numbers(knowledge, devices, target, device_lengths[shape - 1]);
        for (std::size_t i = 0; i < devices.size(); ++i)
            found.weights += weights[static_cast<Index>(i)] * knowledge.devices[devices[i]].weights;
    }
    if (offset > 0) {
        const VectorXd weights =
            weights_by_numbers(knowledge, devices, target, device_lengths[offset - 1]);
        const double mean = found.offset;
        for (std::size_t i = 0; i < devices.size(); ++i)
            found.offset +=
                weights[static_cast<Index>(i)] * (knowledge.devices[devices[i]].offset - mean);
    }
    return found;
}

std::size_t best_of(const std::vector<double>& errors) {
    if (errors.empty())
        return 0;
    const auto least = std::ranges::min_element(errors);
    return *least < worth * errors.front() ? static_cast<std::size_t>(least - errors.begin()) : 0;
}

}  // namespace

void judge_device_side(const FactorTable& table, const VectorXd& common, Knowledge& knowledge) {
    const std::vector<std::size_t> devices = described(knowledge);
    if (devices.size() < least_described)
        return;
    const MatrixXd features = knowledge.features(table.networks, common);
    knowledge.shape_errors.assign(device_lengths.size() + 1, 0);
    knowledge.offset_errors.assign(device_lengths.size() + 1, 0);
    for (const std::size_t left : devices) {
        std::vector<std::size_t> others = devices;
        std::erase(others, left);
        const Deviation& own = knowledge.devices[left];
        for (std::size_t choice = 0; choice <= device_lengths.size(); ++choice) {
            const Deviation found =
                deviation_by(knowledge, others, *knowledge.table->numbers[left], choice, choice);
            const VectorXd apart = product(features, VectorXd(own.weights - found.weights));
            const double level = own.offset - found.offset;
            const auto count = static_cast<double>(devices.size());
            // Without the mean over networks, which is the offset's.
            knowledge.shape_errors[choice] +=
                (apart.array() - apart.mean()).square().mean() / count;
            knowledge.offset_errors[choice] += level * level / count;
        }
    }
}

double offset_variance(const Knowledge& knowledge) {
    const double usual = usual_offset * usual_offset;
    if (knowledge.offset_errors.empty())
        return usual;
    const auto devices = static_cast<double>(described(knowledge).size());
    const double found = knowledge.offset_errors[best_of(knowledge.offset_errors)];
    return (prior_devices * usual + devices * found) / (prior_devices + devices);
}

Deviation expected_deviation(const Knowledge& knowledge, const DeviceNumbers& numbers) {
    return deviation_by(knowledge, described(knowledge), numbers, best_of(knowledge.shape_errors),
                        best_of(knowledge.offset_errors));
}

}  // namespace latpred
