// What a network consists of.
#pragma once

#include <ATen/ATen.h>

#include <array>
#include <memory>

#include "networks/accelerator_impl.hpp"
#include "networks/differentiable.hpp"
#include "networks/network.hpp"
#include "networks/program_impl.hpp"
#include "training/memory_pool_impl.hpp"

namespace latpred {

/// The last program that was compiled beside that for inference.
struct OtherProgram {
    PassOptions made_for;
    std::unique_ptr<const Program> program;
};

struct Network::Inside {
    Inside(OpGraph&& given, std::shared_ptr<const ParameterSource>&& source,
           const ExecutionOptions& wanted, Monitor& monitor);

    [[nodiscard]] Program compile(const ProgramForm& form, Monitor& monitor) const;

    OpGraph graph;
    std::shared_ptr<const ParameterSource> parameters;
    ExecutionOptions options;
    Accelerator accelerator;
    Program program;
    MemoryPool pool;
    at::Tensor input;  ///< staged
    at::Tensor output;
    OtherProgram other;
    /// By whether batch norms use statistics of the batch.
    std::array<std::unique_ptr<const Differentiable>, 2> differentiable;
};

}  // namespace latpred
