// Devices other than the processor, seen from Python.
#pragma once

#include <string>

#include "bindings/bindings.hpp"

namespace latpred::bindings {

/// Importing torch loads its part for such devices. Needs the GIL.
inline void load_device(const std::string& device) {
    if (device != "cpu")
        py::module_::import("torch");
}

}  // namespace latpred::bindings
