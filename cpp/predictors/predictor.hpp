// The base of all predictors: an objective that knows its space and can be kept in a file.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/safetensors.hpp"
#include "spaces/architectures.hpp"
#include "spaces/objective.hpp"

namespace latpred {

/// What a model says about itself.
struct ModelInfo {
    std::string kind;                 ///< "additive", "lookup-table", "flops", "accuracy", …
    std::string unit = "ms";          ///< of its values
    std::string device;               ///< free text
    bool any_width = false;           ///< holds for architectures of every width
    std::uint64_t training_hash = 0;  ///< of architectures and values; 0: not fitted from rows
    std::size_t training_rows = 0;    ///< those equal to the bit count once
    std::map<std::string, std::string> notes;  ///< settings, held-out errors, source
};

/// From what intervals are made; see intervals.hpp.
struct Calibration {
    std::vector<double> scores;  ///< of held-out rows, ascending; none: not calibrated
    std::string method;          ///< how they were held out
};

class Predictor : public Objective {
  public:
    Predictor(SpacePtr space, ModelInfo info) : space_(std::move(space)), info_(std::move(info)) {}

    /// SchemaError where the architectures belong to another family, width or resolutions.
    void evaluate(const Architectures& archs, std::span<double> values) const final;

    [[nodiscard]] const SpacePtr& space() const { return space_; }
    [[nodiscard]] const ModelInfo& info() const { return info_; }
    [[nodiscard]] ModelInfo& info() { return info_; }

    [[nodiscard]] const Calibration& calibration() const { return calibration_; }
    [[nodiscard]] Calibration& calibration() { return calibration_; }

    /// How far a value may lie from its prediction, up to a common factor; above 0. Here in
    /// proportion to a latency, the same for all accuracies.
    virtual void spreads(const Architectures& archs, std::span<const double> predicted,
                         std::span<double> spreads) const;

    /// Adds the tensors (and notes) from which `load_predictor` makes this model again.
    virtual void store(TensorFile& file) const = 0;

  protected:
    virtual void predict(const Architectures& archs, std::span<double> values) const = 0;
    /// Whether it holds for the architectures of a space: by default of the same genes.
    [[nodiscard]] virtual bool fits(const Space& other) const;

  private:
    void check_space(const Space& other) const;

    SpacePtr space_;
    ModelInfo info_;
    Calibration calibration_;
};

/// Portable hash of the rows as fits see them (in whichever order), to tell tables apart.
std::uint64_t training_hash(const Architectures& archs, std::span<const double> values);

/// Of a latency model of a device, fitted on these rows.
ModelInfo fitted_info(const std::string& kind, const Architectures& archs,
                      std::span<const double> values, const std::string& device);

}  // namespace latpred
