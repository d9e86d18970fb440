// How architectures become what a stack of layers reads.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "base/safetensors.hpp"
#include "neural/layer_stack.hpp"
#include "spaces/architectures.hpp"

namespace latpred {

class NetworkInput {
  public:
    NetworkInput() = default;
    NetworkInput(const NetworkInput&) = delete;
    NetworkInput& operator=(const NetworkInput&) = delete;
    virtual ~NetworkInput() = default;

    /// The inputs that a stack needs, with their widths.
    [[nodiscard]] virtual std::map<std::string, int> widths() const = 0;
    /// A row a network, or with `each_once` a row a different graph. SchemaError for networks that
    /// have no such features.
    [[nodiscard]] virtual StackData read(const Architectures& archs, bool each_once,
                                         int threads = 1) const = 0;
    virtual void store(TensorFile& file) const = 0;
};

using NetworkInputPtr = std::shared_ptr<const NetworkInput>;

}  // namespace latpred
