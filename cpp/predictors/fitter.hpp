// One interface for every fit: settings that make a predictor from rows. Cross-validation, choice,
// bagging, curves and transfer know nothing else of a predictor.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/monitor.hpp"
#include "predictors/predictor.hpp"

namespace latpred {

using PredictorPtr = std::shared_ptr<Predictor>;

/// N architectures and their values; views, which the caller keeps alive.
struct Rows {
    const Architectures& archs;
    std::span<const double> values;    ///< N: ms, or percent of an accuracy
    std::span<const double> low = {};  ///< bounds of each value: N, or empty
    std::span<const double> high = {};
};

/// Rows of one device of several.
struct DeviceRows {
    std::string name;
    Rows rows;
    std::vector<double> parameters = {};  ///< of the hardware; may be empty
};

/// What a fit is given beside rows. Results depend on `seed` only, not on threads.
struct FitContext {
    std::uint64_t seed = 0;  ///< the only seed: settings have none
    int threads = 1;
    Monitor* monitor = nullptr;  ///< progress and cancellation; none where null

    [[nodiscard]] Monitor& watch() const { return monitor ? *monitor : Monitor::none(); }
    [[nodiscard]] FitContext with_seed(std::uint64_t other) const {
        return {other, threads, monitor};
    }
};

/// Settings of a predictor. Immutable; `fit` may run on several threads at once unless
/// `one_at_a_time`.
class Fitter {
  public:
    Fitter() = default;
    Fitter(const Fitter&) = delete;
    Fitter& operator=(const Fitter&) = delete;
    virtual ~Fitter() = default;

    /// Name in the registry (registry.hpp).
    [[nodiscard]] virtual std::string kind() const = 0;
    /// JSON text from which `fitter_from_settings` makes an equal one.
    [[nodiscard]] virtual std::string settings() const = 0;
    /// Whether no two of its fits may run at once, as of what runs Python.
    [[nodiscard]] virtual bool one_at_a_time() const { return false; }
    /// Whether rows stay as they are given: for published recipes that split them by their order.
    [[nodiscard]] virtual bool keeps_order() const { return false; }

    /// The model of these rows, which are checked and, unless `keeps_order`, put into canonical
    /// order, each measurement once. DataError as `check_training_values`, or where bounds are of
    /// another number; beside those, what the method throws.
    [[nodiscard]] PredictorPtr fit(const Rows& rows, const FitContext& context = {}) const;

  protected:
    [[nodiscard]] virtual PredictorPtr fit_rows(const Rows& rows,
                                                const FitContext& context) const = 0;
};

using FitterPtr = std::shared_ptr<const Fitter>;

/// What was learnt from several devices, to be moved to another one.
class Adaptable {
  public:
    Adaptable() = default;
    Adaptable(const Adaptable&) = delete;
    Adaptable& operator=(const Adaptable&) = delete;
    virtual ~Adaptable() = default;

    /// A model of the device that the rows are of. ConfigError where the method takes no rows.
    [[nodiscard]] virtual PredictorPtr adapt(const Rows& target, const FitContext& context) const;
    /// A model of a device of these parameters, without a row. ConfigError where the method takes
    /// no parameters, or for wrong ones.
    [[nodiscard]] virtual PredictorPtr zero_shot(std::span<const double> parameters) const;
    /// Which `count` different networks of the candidates the method would have measured on a new
    /// device, as ascending row numbers; none where it has no preference. Neither the order of the
    /// candidates nor repeated ones matter. DataError for fewer different networks than `count`.
    [[nodiscard]] virtual std::vector<std::size_t>
    choose(const Architectures& candidates, std::size_t count, const FitContext& context) const;
};

using AdaptablePtr = std::shared_ptr<const Adaptable>;

/// Settings of what learns from several devices.
class DeviceFitter {
  public:
    DeviceFitter() = default;
    DeviceFitter(const DeviceFitter&) = delete;
    DeviceFitter& operator=(const DeviceFitter&) = delete;
    virtual ~DeviceFitter() = default;

    [[nodiscard]] virtual std::string kind() const = 0;
    [[nodiscard]] virtual std::string settings() const = 0;
    [[nodiscard]] virtual AdaptablePtr fit(std::span<const DeviceRows> devices,
                                           const FitContext& context) const = 0;
};

using DeviceFitterPtr = std::shared_ptr<const DeviceFitter>;

/// Values of the chosen rows.
std::vector<double> select_values(std::span<const double> values,
                                  std::span<const std::size_t> rows);

/// Some of the rows, held here.
struct RowSelection {
    RowSelection(const Rows& rows, std::span<const std::size_t> chosen);

    [[nodiscard]] Rows rows() const { return {archs, values, low, high}; }

    Architectures archs;
    std::vector<double> values, low, high;
};

}  // namespace latpred
