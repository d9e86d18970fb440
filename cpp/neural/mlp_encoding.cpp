#include "neural/mlp_encoding.hpp"

#include <algorithm>
#include <set>

#include "base/error.hpp"
#include "base/text.hpp"

namespace latpred {

MlpEncoding::MlpEncoding(const std::string& names, const SpacePtr& space) : names_(names) {
    std::set<std::string> seen;
    for (std::size_t begin = 0; begin <= names.size();) {
        const std::size_t end = std::min(names.find('+', begin), names.size());
        const std::string name = names.substr(begin, end - begin);
        if (!seen.insert(name).second)
            throw ConfigError(message("encoding '", names, "': '", name, "' comes twice"));
        parts_.push_back(make_encoding(name, space));
        features_ += parts_.back()->features();
        begin = end + 1;
    }
}

std::vector<float> MlpEncoding::encode(const Architectures& archs) const {
    std::vector<float> all(archs.size() * features_);
    if (parts_.size() == 1) {
        parts_.front()->encode(archs, all);
        return all;
    }
    std::size_t first = 0;
    for (const EncodingPtr& part : parts_) {
        std::vector<float> some(archs.size() * part->features());
        part->encode(archs, some);
        for (std::size_t row = 0; row < archs.size(); ++row) {
            std::copy_n(some.data() + row * part->features(), part->features(),
                        all.data() + row * features_ + first);
        }
        first += part->features();
    }
    return all;
}

}  // namespace latpred
