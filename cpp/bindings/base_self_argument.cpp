#include "bindings/base_self_argument.hpp"

#include "bindings/base_functions.hpp"

namespace latpred::bindings {

void refuse_none_as_self(const py::module_& m) {
    const auto refuse = [](const BoundFunction& function) {
        for (auto* record = function.record; record != nullptr; record = record->next) {
            // Without a name, which pybind11 would free: it copied those that it was given.
            if (record->is_method && record->args.empty())
                record->args.emplace_back(nullptr, nullptr, py::handle(), true, /*none=*/false);
        }
    };
    for_each_function(m, refuse, [](PyTypeObject* /*type*/) {});
}

}  // namespace latpred::bindings
