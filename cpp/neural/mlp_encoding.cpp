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

std::vector<float> MlpEncoding::encode(const Architectures& archs, Monitor& monitor) const {
    constexpr std::size_t at_once = 512;
    std::vector<float> all(archs.size() * features_);
    if (archs.size() <= at_once) {
        encode_rows(archs, all);
        return all;
    }
    for (std::size_t begin = 0; begin < archs.size(); begin += at_once) {
        monitor.poll();
        const std::size_t count = std::min(at_once, archs.size() - begin);
        Architectures rows(archs.space_ptr(), count);
        std::ranges::copy(archs.genes().subspan(begin * archs.columns(), count * archs.columns()),
                          rows.mutable_row(0).begin());
        encode_rows(rows, std::span(all).subspan(begin * features_, count * features_));
    }
    return all;
}

void MlpEncoding::encode_rows(const Architectures& archs, std::span<float> out) const {
    if (parts_.size() == 1) {
        parts_.front()->encode(archs, out);
        return;
    }
    std::size_t first = 0;
    for (const EncodingPtr& part : parts_) {
        std::vector<float> some(archs.size() * part->features());
        part->encode(archs, some);
        for (std::size_t row = 0; row < archs.size(); ++row) {
            std::copy_n(some.data() + row * part->features(), part->features(),
                        out.data() + row * features_ + first);
        }
        first += part->features();
    }
}

}  // namespace latpred
