// What bindings of trained models share.
#pragma once

#include "bindings/bindings.hpp"
#include "training/loop.hpp"

namespace latpred::bindings {

/// An array a column of EpochRecord.
py::dict history_of(const TrainingLoop& loop);

}  // namespace latpred::bindings
