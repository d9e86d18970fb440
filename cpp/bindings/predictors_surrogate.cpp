// Graph predictors of chains from arrays of NumPy.
#include "base/error.hpp"
#include "base/text.hpp"
#include "bindings/bindings.hpp"
#include "bindings/spaces.hpp"
#include "predictors/chain_surrogate.hpp"

namespace latpred::bindings {
namespace {

template <class T>
bool take_array(const py::array& array, const char* dtype, StoredTensor& tensor) {
    if (!py::isinstance<py::array_t<T>>(array))
        return false;
    const Array<T> packed(array);
    tensor = {
        dtype,
        {packed.shape(), packed.shape() + packed.ndim()},
        {reinterpret_cast<const char*>(packed.data()), static_cast<std::size_t>(packed.nbytes())}};
    return true;
}

ChainArrays arrays_of(const std::map<std::string, py::array>& given) {
    ChainArrays arrays;
    for (const auto& [name, array] : given) {
        StoredTensor& tensor = arrays[name];
        if (!take_array<float>(array, "F32", tensor) && !take_array<double>(array, "F64", tensor) &&
            !take_array<std::int64_t>(array, "I64", tensor)) {
            throw DataError(message("array '", excerpt(name),
                                    "': ", excerpt(py::str(array.dtype()).cast<std::string>()),
                                    " given, float32, float64 or int64 expected"));
        }
    }
    return arrays;
}

}  // namespace

void bind_surrogates(py::module_& m) {
    m.def(
        "make_chain_surrogate",
        [](const std::map<std::string, py::array>& arrays, const std::string& unit, double factor,
           const std::string& device, bool any_resolution,
           const std::map<std::string, std::string>& notes) {
            ModelInfo info;
            info.unit = unit;
            info.device = device;
            info.notes = notes;
            return make_chain_surrogate(arrays_of(arrays), std::move(info),
                                        {factor, any_resolution});
        },
        py::arg("arrays"), py::kw_only(), py::arg("unit"), py::arg("factor"), py::arg("device"),
        py::arg("any_resolution"), py::arg("notes"),
        "From the arrays of AutoBuild's graph predictors, by name. Raises DataError.");
}

}  // namespace latpred::bindings
