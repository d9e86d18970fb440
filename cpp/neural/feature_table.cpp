#include "neural/feature_table.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <utility>

#include "base/bytes.hpp"
#include "base/error.hpp"
#include "base/monitor.hpp"
#include "base/text.hpp"
#include "spaces/text_form.hpp"

namespace latpred {
namespace {

std::string key_of(std::span<const GeneValue> genes) {
    return {reinterpret_cast<const char*>(genes.data()), genes.size_bytes()};
}

void want_numbers(const Architectures& archs, std::size_t width, std::span<const float> numbers) {
    if (archs.size() == 0)
        throw DataError("network features: at least 1 network expected, got 0");
    if (width == 0 || numbers.size() != archs.size() * width)
        throw ConfigError(message("network features: ", archs.size(), " rows of at least 1 number ",
                                  "expected, got ", numbers.size(), " numbers"));
    const auto wrong = std::ranges::find_if(numbers, [](float v) { return !std::isfinite(v); });
    if (wrong != numbers.end()) {
        const auto at = static_cast<std::size_t>(wrong - numbers.begin());
        throw DataError(message("network features: finite numbers expected, got ", *wrong,
                                " in row ", at / width, ", column ", at % width));
    }
}

}  // namespace

FeatureTable::FeatureTable(const Architectures& archs, std::size_t width,
                           std::span<const float> numbers, std::string name)
    : NetworkFeatures(archs.space_ptr()), name_(std::move(name)), width_(width),
      archs_(archs.space_ptr()) {
    want_numbers(archs, width, numbers);
    if (name_.empty() || name_ == "arch2vec" || name_ == "cate" || name_.size() > 60)
        throw ConfigError(message("network features: a name of at most 60 characters that is not ",
                                  "that of a learned encoding expected, got '", excerpt(name_),
                                  "'"));
    std::vector<std::size_t> kept;
    for (const std::size_t row : canonical_order(archs)) {
        const std::span<const float> own = numbers.subspan(row * width, width);
        const auto [found, fresh] = rows_.emplace(key_of(archs.row(row)), kept.size());
        if (fresh) {
            kept.push_back(row);
            numbers_.insert(numbers_.end(), own.begin(), own.end());
        } else if (!std::ranges::equal(own,
                                       std::span(numbers_).subspan(found->second * width, width))) {
            throw DataError(message("network features: row ", row, " is the network of row ",
                                    kept[found->second], " with other numbers"));
        }
    }
    archs_ = archs.select(kept);
}

void FeatureTable::write(const Architectures& archs, std::span<float> out, int /*threads*/) const {
    Pulse pulse(4096);
    for (std::size_t i = 0; i < archs.size(); ++i) {
        pulse();
        const auto found = rows_.find(key_of(archs.row(i)));
        if (found == rows_.end())
            throw DataError(message("network features: no numbers of row ", i, ", '",
                                    excerpt(to_text(archs.space(), archs.row(i)), 100), "'"));
        std::ranges::copy(std::span(numbers_).subspan(found->second * width_, width_),
                          out.subspan(i * width_).begin());
    }
}

void FeatureTable::store(TensorFile& file, const std::string& prefix) const {
    file.metadata[prefix + "kind"] = "table";
    file.metadata[prefix + "name"] = name_;
    const std::span<const GeneValue> genes = archs_.genes();
    file.put(prefix + "genes", std::vector<std::int32_t>(genes.begin(), genes.end()));
    StoredTensor tensor{
        "F32", {static_cast<std::int64_t>(archs_.size()), static_cast<std::int64_t>(width_)}, {}};
    tensor.bytes.assign(reinterpret_cast<const char*>(numbers_.data()),
                        std::span(numbers_).size_bytes());
    file.tensors[prefix + "numbers"] = std::move(tensor);
}

NetworkFeaturesPtr load_feature_table(const SpacePtr& space, const TensorFile& file,
                                      const std::string& prefix) {
    const std::vector<std::int32_t> stored = file.integers(prefix + "genes");
    const auto found = file.tensors.find(prefix + "numbers");
    if (found == file.tensors.end() || found->second.dtype != "F32" ||
        found->second.shape.size() != 2)
        throw CorruptionError("damaged file: a matrix of numbers of networks expected");
    std::vector<GeneValue> genes;
    for (const std::int32_t gene : stored) {
        if (gene < 0 || gene > 0x7fff)
            throw CorruptionError("damaged file: genes of networks expected");
        genes.push_back(static_cast<GeneValue>(gene));
    }
    std::vector<float> numbers(found->second.bytes.size() / sizeof(float));
    copy_bytes(found->second.bytes, std::span(numbers));
    try {
        return std::make_shared<const FeatureTable>(
            Architectures(space, std::move(genes)),
            static_cast<std::size_t>(found->second.shape[1]), numbers, file.text(prefix + "name"));
    } catch (const StorageError&) {
        throw;
    } catch (const Error& error) {  // what a constructor refuses
        throw CorruptionError(message("damaged file: ", error.what()));
    }
}

}  // namespace latpred
