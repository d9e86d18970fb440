// Devices other than the processor, seen from Python.
#pragma once

#include <string>

#include "bindings/python_names.hpp"

namespace latpred::bindings {

/// Importing torch loads its part for such devices. Needs the GIL.
inline void load_device(const std::string& device) {
    if (device != "cpu")
        python(PythonName::torch);
}

}  // namespace latpred::bindings
