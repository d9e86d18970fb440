// The fine-tuned model itself, and its file.
#include "base/error.hpp"
#include "neural/fine_tuning.hpp"
#include "predictors/gaussian_process.hpp"
#include "predictors/model_file.hpp"
#include "predictors/rehouse.hpp"
#include "predictors/source_head.hpp"

namespace latpred {
namespace {

void put(TensorFile& file, const char* name, const Predictor& model) {
    const std::string bytes = predictor_bytes(model);
    file.tensors[name] = {"U8", {static_cast<std::int64_t>(bytes.size())}, bytes};
}

std::shared_ptr<const Predictor> get(const TensorFile& file, const std::string& name) {
    const auto found = file.tensors.find(name);
    if (found == file.tensors.end())
        return nullptr;
    if (found->second.dtype != "U8")
        throw CorruptionError("damaged file: the " + name + " must be bytes");
    return predictor_from_bytes(found->second.bytes, name);
}

}  // namespace

FineTuned::FineTuned(const SpacePtr& space, ModelInfo info, std::shared_ptr<const Predictor> model,
                     std::shared_ptr<const Predictor> source)
    : Predictor(space, std::move(info)), model_(std::move(model)), source_(std::move(source)) {
    static_cast<void>(as_rows_of(model_->space(), Architectures(space), "model"));
}

std::shared_ptr<const Predictor> FineTuned::source() const {
    if (const auto* process = dynamic_cast<const GaussianProcess*>(model_.get()))
        return process->state().source;
    if (const auto* head = dynamic_cast<const SourceHead*>(model_.get()))
        return head->source();
    return source_;
}

void FineTuned::predict(const Architectures& archs, std::span<double> values) const {
    model_->evaluate(as_rows_of(model_->space(), archs, "model"), values);
}

void FineTuned::store(TensorFile& file) const {
    put(file, "model", *model_);
    if (source_)
        put(file, "source", *source_);
}

std::shared_ptr<Predictor> load_fine_tuned(const SpacePtr& space, const ModelInfo& info,
                                           const TensorFile& file) {
    std::shared_ptr<const Predictor> model = get(file, "model");
    if (!model)
        throw CorruptionError("damaged file: a fine-tuned model without its model");
    try {
        return std::make_shared<FineTuned>(space, info, std::move(model), get(file, "source"));
    } catch (const SchemaError& error) {
        throw CorruptionError(std::string("damaged file: ") + error.what());
    }
}

}  // namespace latpred
