// Networks as layers over networks and devices read them.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "neural/network_features.hpp"
#include "neural/network_input.hpp"

namespace latpred {

/// Inputs of the layers, a row a network; forms:
/// "places" (also "auto"), "operators" see GraphInput: standardised "nodes" and "costs"; of any
/// space · "cell" the 8 nodes of a cell of NAS-Bench-201, column 0 of "nodes": number of the
/// operation (0 output, 1 input, 2 none, …) · "bag" a node a gene without edges, its choice as a
/// number: what the published code makes of FBNet; both also tell nodes on no way (see
/// OperationGraphs) · what `register_device_input` added.
/// With features beside: "features".
class DeviceInput final : public NetworkInput {
  public:
    /// `features` may be null.
    DeviceInput(SpacePtr space, std::string form, NetworkInputPtr networks,
                NetworkFeaturesPtr features);

    [[nodiscard]] const SpacePtr& space() const { return space_; }
    [[nodiscard]] const std::string& form() const { return form_; }
    [[nodiscard]] const NetworkFeaturesPtr& features() const { return features_; }
    [[nodiscard]] std::map<std::string, int> widths() const override;
    /// A row a network, whatever `each_once` says.
    [[nodiscard]] StackData read(const Architectures& archs, bool each_once,
                                 int threads = 1) const override;
    void store(TensorFile& file) const override;

  private:
    SpacePtr space_;
    std::string form_;
    NetworkInputPtr networks_;
    NetworkFeaturesPtr features_;
};

using DeviceInputPtr = std::shared_ptr<const DeviceInput>;

/// One form: made from the networks that are known, or from a file.
struct DeviceInputForm {
    NetworkInputPtr (*make)(const Architectures& known, int threads);
    NetworkInputPtr (*load)(const SpacePtr& space, const TensorFile& file);
};

/// Once, before other threads start.
void register_device_input(const std::string& form, DeviceInputForm maker);
std::vector<std::string> device_input_forms();

/// ConfigError for an unknown form or a space that it is not for.
DeviceInputPtr make_device_input(const std::string& form, const Architectures& known,
                                 NetworkFeaturesPtr features, int threads = 1);
/// What `store` wrote. CorruptionError.
DeviceInputPtr load_device_input(const SpacePtr& space, const TensorFile& file);

}  // namespace latpred
