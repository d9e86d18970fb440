#include "predictors/nested_model.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "predictors/model_file.hpp"

namespace latpred {

void put_model(TensorFile& file, const std::string& name, const Predictor& model) {
    const std::string bytes = predictor_bytes(model);
    file.tensors[name] = {"U8", {static_cast<std::int64_t>(bytes.size())}, bytes};
}

PredictorPtr find_model(const TensorFile& file, const std::string& name) {
    const auto found = file.tensors.find(name);
    if (found == file.tensors.end())
        return nullptr;
    if (found->second.dtype != "U8")
        throw CorruptionError(message("damaged file: the model '", name, "' must be bytes"));
    return predictor_from_bytes(found->second.bytes, name);
}

}  // namespace latpred
