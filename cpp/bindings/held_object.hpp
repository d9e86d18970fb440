// Python objects that C++ keeps and calls.
#pragma once

#include <mutex>
#include <utility>

#include "bindings/bindings.hpp"

namespace latpred::bindings {

/// Python code that fits may let go of the GIL; this keeps two fits from running side by side.
/// Taken without the GIL; recursive, as fits call fits.
inline std::recursive_mutex& fits_in_python() {
    static std::recursive_mutex mutex;
    return mutex;
}

/// Holds a Python object, which may only be let go of with the GIL.
class HeldObject {
  public:
    explicit HeldObject(py::object object) : object_(std::move(object)) {}
    HeldObject(const HeldObject&) = delete;
    HeldObject& operator=(const HeldObject&) = delete;
    ~HeldObject() {
        const py::gil_scoped_acquire gil;
        object_ = py::object();
    }
    [[nodiscard]] const py::object& get() const { return object_; }

  private:
    py::object object_;
};

}  // namespace latpred::bindings
