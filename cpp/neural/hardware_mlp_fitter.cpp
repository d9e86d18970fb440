#include "neural/hardware_mlp_fitter.hpp"

#include "predictors/fitter_settings.hpp"

namespace latpred {

std::string HardwareMlpFitter::settings() const {
    return FitterSettings(kind())
        .put("parameters", parameters())
        .put("from_two", from_two())
        .put("hidden", options_.hidden)
        .put("encoding", options_.encoding)
        .put("epochs", static_cast<std::uint64_t>(options_.epochs))
        .put("batch_size", static_cast<std::uint64_t>(options_.batch_size))
        .put("learning_rate", options_.learning_rate)
        .put("weight_decay", options_.weight_decay)
        .put("validation_share", options_.validation_share)
        .text();
}

std::shared_ptr<HardwareModel> HardwareMlpFitter::fit_rows(const HardwareTable& table,
                                                           const HardwareRows& rows,
                                                           const FitContext& context) const {
    HardwareMlpOptions options = options_;
    options.seed = context.seed;
    return fit_hardware_mlp(table, rows, options, fitted_info(kind(), rows.archs, rows.latency, ""),
                            context.watch());
}

DeviceFitterPtr make_hardware_mlp_fitter(FitterSettings& settings) {
    std::vector<std::string> parameters = settings.words("parameters");
    const bool from_two = settings.flag("from_two", false);
    HardwareMlpOptions options;
    options.hidden = settings.counts("hidden", options.hidden);
    options.encoding = settings.word("encoding", options.encoding);
    options.epochs = settings.count("epochs", options.epochs);
    options.batch_size = settings.count("batch_size", options.batch_size);
    options.learning_rate = settings.number("learning_rate", options.learning_rate);
    options.weight_decay = settings.number("weight_decay", options.weight_decay);
    options.validation_share = settings.number("validation_share", options.validation_share);
    return std::make_shared<HardwareMlpFitter>(std::move(parameters), std::move(options), from_two);
}

}  // namespace latpred
