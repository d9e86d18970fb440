#include "transfer/fine_tuned.hpp"

#include "base/error.hpp"
#include "predictors/gaussian_process.hpp"
#include "predictors/nested_model.hpp"
#include "predictors/rehouse.hpp"
#include "predictors/source_head.hpp"

namespace latpred {
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
    put_model(file, "model", *model_);
    if (source_)
        put_model(file, "source", *source_);
}

std::shared_ptr<Predictor> load_fine_tuned(const SpacePtr& space, const ModelInfo& info,
                                           const TensorFile& file) {
    std::shared_ptr<const Predictor> model = find_model(file, "model");
    if (!model)
        throw CorruptionError("damaged file: a fine-tuned model without its model");
    return std::make_shared<FineTuned>(space, info, std::move(model), find_model(file, "source"));
}

}  // namespace latpred
