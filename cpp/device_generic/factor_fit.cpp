#include "device_generic/factor_fit.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/error.hpp"
#include "base/monitor.hpp"
#include "base/numbers.hpp"
#include "base/statistics.hpp"
#include "base/text.hpp"

namespace latpred {
namespace {

constexpr double biweight_corner = 4.685;  // scales; 95 % efficient under a normal distribution
constexpr double least_scale = 1e-9;       // of log latency
constexpr double settled = 1e-10;          // change of a factor or offset, in logs
constexpr std::size_t most_rounds = 100;

/// Log factors of each network as each device says them, a column a device; NaN where missing.
struct Said {
    std::size_t networks = 0;
    std::vector<std::vector<double>> by_device;
    std::vector<std::size_t> order;  ///< numbers of the devices as given
    std::vector<std::size_t> times;  ///< on how many devices each network was measured
};

/// In an order of the devices that depends on what they are, not on where they stand.
std::vector<std::size_t> canonical_devices(std::span<const double> latency_ms,
                                           std::span<const DeviceNumbers> devices) {
    const std::size_t count = devices.size();
    const auto number = [&](std::size_t row, std::size_t device) {
        const double value = latency_ms[row * count + device];
        return std::isnan(value) ? -1.0 : value;
    };
    std::vector<std::size_t> order(count);
    std::iota(order.begin(), order.end(), 0);
    std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        const double first = ms_per_factor(devices[a]), second = ms_per_factor(devices[b]);
        if (first != second)
            return first < second;
        for (std::size_t row = 0; row < latency_ms.size() / count; ++row) {
            if (number(row, a) != number(row, b))
                return number(row, a) < number(row, b);
        }
        return false;
    });
    return order;
}

void require_rows(std::span<const double> latency_ms, std::size_t devices) {
    if (devices == 0 || latency_ms.empty() || latency_ms.size() % devices != 0) {
        throw DataError(message("architecture factors: ", latency_ms.size(), " latencies of ",
                                devices, " devices, a row of them a network expected"));
    }
    std::vector<std::size_t> held(devices);
    for (std::size_t row = 0; row < latency_ms.size() / devices; ++row) {
        std::size_t found = 0;
        for (std::size_t device = 0; device < devices; ++device) {
            const double value = latency_ms[row * devices + device];
            if (std::isnan(value))
                continue;
            if (!(value > 0 && std::isfinite(value))) {
                throw DataError(message("architecture factors: latency of network ", row,
                                        " on device ", device, " is ", number_text(value),
                                        ", above 0 and finite expected, NaN where there is none"));
            }
            ++found, ++held[device];
        }
        if (found == 0)
            throw DataError(message("architecture factors: network ", row, " has no latency"));
    }
    const auto empty = std::find(held.begin(), held.end(), 0U);
    if (empty != held.end()) {
        throw DataError(
            message("architecture factors: device ", empty - held.begin(), " has no latency"));
    }
}

Said said_by(std::span<const double> latency_ms, std::span<const DeviceNumbers> devices) {
    const std::size_t networks = latency_ms.size() / devices.size();
    Said said{networks, {}, canonical_devices(latency_ms, devices), {}};
    said.times.assign(networks, 0);
    for (const std::size_t device : said.order) {
        std::vector<double>& column = said.by_device.emplace_back();
        const double k = std::log(ms_per_factor(devices[device]));
        for (std::size_t row = 0; row < networks; ++row) {
            column.push_back(std::log(latency_ms[row * devices.size() + device]) - k);
            said.times[row] += std::isnan(column.back()) ? 0 : 1;
        }
    }
    return said;
}

/// The factor of one network from values that are not missing: Tukey's mean about `last`; their
/// median where none lies within reach, and of two, neither of which can tell that the other errs.
double factor_of(const std::vector<double>& values, double last, double scale) {
    if (values.size() < 3)
        return median(values);
    double sum = 0, weights = 0;
    for (const double value : values) {
        const double u = (value - last) / (biweight_corner * scale);
        const double weight = std::abs(u) < 1 ? (1 - u * u) * (1 - u * u) : 0;
        sum += weight * (value - last);
        weights += weight;
    }
    return weights > 0 ? last + sum / weights : median(values);
}

/// Offsets from medians over the networks that two devices have both measured; a pair without any
/// is taken to be as its numbers say. A device that is slower by a factor starts with that offset,
/// so that what follows does not depend on it.
std::vector<double> start(const std::vector<std::vector<double>>& by_device) {
    const std::size_t count = by_device.size();
    std::vector<double> offsets(count), apart;
    for (std::size_t a = 0; a < count; ++a) {
        for (std::size_t b = 0; b < a; ++b) {
            Monitor::current().poll();
            apart.clear();
            for (std::size_t row = 0; row < by_device[a].size(); ++row) {
                const double difference = by_device[a][row] - by_device[b][row];
                if (!std::isnan(difference))
                    apart.push_back(difference);
            }
            const double share = apart.empty() ? 0 : median(apart) / static_cast<double>(count);
            offsets[a] += share;
            offsets[b] -= share;
        }
    }
    return offsets;
}

class Fit {
  public:
    explicit Fit(const Said& said)
        : said_(said), factors_(said.networks), offsets_(start(said.by_device)) {
        update_factors(true);
    }

    /// Both sides in turn until neither changes.
    void run() {
        for (std::size_t round = 0; round < most_rounds; ++round) {
            update_deviation();
            const double moved = update_factors(false);
            if (std::max(moved, update_offsets()) < settled)
                break;
        }
        update_deviation();
    }

    [[nodiscard]] const std::vector<double>& factors() const { return factors_; }
    [[nodiscard]] const std::vector<double>& offsets() const { return offsets_; }
    [[nodiscard]] double deviation() const { return deviation_; }

  private:
    double update_factors(bool by_median) {
        double moved = 0;
        std::vector<double> values;
        for (std::size_t row = 0; row < said_.networks; ++row) {
            pulse_();
            values.clear();
            for (std::size_t device = 0; device < offsets_.size(); ++device) {
                const double value = said_.by_device[device][row] - offsets_[device];
                if (!std::isnan(value))
                    values.push_back(value);
            }
            const double found =
                by_median ? median(values)
                          : factor_of(values, factors_[row], std::max(least_scale, deviation_));
            moved = std::max(moved, std::abs(found - factors_[row]));
            factors_[row] = found;
        }
        return moved;
    }

    /// Their mean stays 0: else both sides could drift against each other for ever.
    double update_offsets() {
        std::vector<double> found = offsets_;
        for (std::size_t device = 0; device < found.size(); ++device) {
            const std::vector<double> left = residuals(device, 0.0);
            found[device] = left.empty() ? offsets_[device] : median(left);
        }
        const double mean =
            std::accumulate(found.begin(), found.end(), 0.0) / static_cast<double>(found.size());
        double moved = 0;
        for (std::size_t device = 0; device < found.size(); ++device) {
            moved = std::max(moved, std::abs(found[device] - mean - offsets_[device]));
            offsets_[device] = found[device] - mean;
        }
        return moved;
    }

    /// Of what is left, as many as there are latencies beyond the numbers that were fitted.
    void update_deviation() {
        std::vector<double> left;
        for (std::size_t device = 0; device < offsets_.size(); ++device) {
            const std::vector<double> own = residuals(device, offsets_[device]);
            left.insert(left.end(), own.begin(), own.end());
        }
        const auto once = std::count(said_.times.begin(), said_.times.end(), 1U);
        const std::size_t fitted =
            said_.networks - static_cast<std::size_t>(once) + offsets_.size() - 1;
        if (left.empty())
            return;
        const double free = left.size() > fitted ? static_cast<double>(left.size() - fitted) : 1.0;
        deviation_ = robust_scale(left) * std::sqrt(static_cast<double>(left.size()) / free);
    }

    /// Of the networks that other devices have measured too: the others say nothing of a device.
    [[nodiscard]] std::vector<double> residuals(std::size_t device, double offset) const {
        std::vector<double> left;
        for (std::size_t row = 0; row < said_.networks; ++row) {
            const double value = said_.by_device[device][row];
            if (said_.times[row] > 1 && !std::isnan(value))
                left.push_back(value - offset - factors_[row]);
        }
        return left;
    }

    const Said& said_;
    std::vector<double> factors_, offsets_;  // logs; devices in canonical order
    double deviation_ = 0;
    Pulse pulse_{1024};
};

}  // namespace

FactorFit fit_factors(std::span<const double> latency_ms, std::span<const DeviceNumbers> devices) {
    require_rows(latency_ms, devices.size());
    const Said said = said_by(latency_ms, devices);
    Fit fit(said);
    fit.run();
    FactorFit found{{}, std::vector<double>(devices.size()), fit.deviation()};
    for (const double factor : fit.factors())
        found.factors.push_back(std::exp(factor));
    for (std::size_t i = 0; i < said.order.size(); ++i)
        found.offsets[said.order[i]] = fit.offsets()[i];
    return found;
}

}  // namespace latpred
