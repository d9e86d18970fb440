#include "neural/device_network_settings.hpp"

#include "base/error.hpp"
#include "base/hash.hpp"
#include "base/safetensors.hpp"
#include "base/text.hpp"

namespace latpred {

std::string features_mark(const NetworkFeaturesPtr& features) {
    if (!features)
        return "";
    TensorFile file;
    features->store(file, "");
    return message(features->name(), " ", Hash64().bytes(write_tensors(file)).digest());
}

void check_features_mark(const std::string& mark, const NetworkFeaturesPtr& features) {
    const std::string given = features_mark(features);
    if (!mark.empty() && mark != given)
        throw ConfigError(message("fitter: features '", excerpt(mark), "' expected beside, got '",
                                  excerpt(given), "'"));
}

}  // namespace latpred
