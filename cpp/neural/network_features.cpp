#include "neural/network_features.hpp"

#include <utility>

#include "base/error.hpp"
#include "base/sealed_file.hpp"
#include "base/text.hpp"
#include "neural/arch2vec.hpp"
#include "neural/cate.hpp"
#include "neural/feature_table.hpp"
#include "neural/joined_features.hpp"
#include "predictors/space_record.hpp"

namespace latpred {
namespace {

constexpr const char* features_kind = "network-features";
constexpr const char* features_format = "1.0";
constexpr const char* own_prefix = "features.";

}  // namespace

std::vector<float> NetworkFeatures::of(const Architectures& archs, int threads) const {
    if (!space_->same_family(archs.space()))
        throw SchemaError(message(name(), " features: architectures of ",
                                  archs.space().description(), " given, of ", space_->description(),
                                  " expected"));
    std::vector<float> out(archs.size() * width());
    write(archs, out, threads);
    return out;
}

NetworkFeaturesPtr load_network_features(const SpacePtr& space, const TensorFile& file,
                                         const std::string& prefix) {
    const std::string& kind = file.text(prefix + "kind");
    if (kind == "table")
        return load_feature_table(space, file, prefix);
    if (kind == "arch2vec")
        return load_arch2vec(space, file, prefix);
    if (kind == "cate")
        return load_cate(space, file, prefix);
    if (kind == "joined")
        return load_joined_features(space, file, prefix);
    throw CorruptionError(
        message("damaged file: this build knows no features of networks '", excerpt(kind), "'"));
}

std::string features_bytes(const NetworkFeatures& features) {
    TensorFile file;
    file.metadata = {{"latpred_format", features_format}, {"kind", features_kind}};
    store_space(file, *features.space());
    features.store(file, own_prefix);
    return sealed_bytes(std::move(file));
}

NetworkFeaturesPtr features_from_bytes(std::string_view bytes, const std::string& where) {
    const TensorFile file = read_sealed(bytes, where);
    if (file.text("kind") != features_kind || !file.text("latpred_format").starts_with("1."))
        throw ModelVersionError(message(where, ": features of networks (format 1.x) expected, ",
                                        "got '", excerpt(file.text("kind")), "'"));
    return load_network_features(load_space(file), file, own_prefix);
}

}  // namespace latpred
