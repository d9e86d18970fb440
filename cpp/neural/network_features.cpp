#include "neural/network_features.hpp"

#include "base/error.hpp"
#include "base/text.hpp"

namespace latpred {

NetworkFeaturesPtr load_network_features(const SpacePtr& /*space*/, const TensorFile& file,
                                         const std::string& prefix) {
    throw CorruptionError(message("damaged file: this build knows no features of networks '",
                                  excerpt(file.text(prefix + "kind")), "'"));
}

}  // namespace latpred
