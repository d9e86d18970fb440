#include "neural/joined_features.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/error.hpp"
#include "base/text.hpp"
#include "predictors/file_numbers.hpp"

namespace latpred {
namespace {

constexpr std::size_t most_parts = 16;

std::vector<NetworkFeaturesPtr> taken_apart(const std::vector<NetworkFeaturesPtr>& given) {
    std::vector<NetworkFeaturesPtr> parts;
    for (const NetworkFeaturesPtr& part : given) {
        const auto* joined = dynamic_cast<const JoinedFeatures*>(part.get());
        if (joined != nullptr)
            parts.insert(parts.end(), joined->parts().begin(), joined->parts().end());
        else
            parts.push_back(part);
    }
    return parts;
}

std::size_t width_of_parts(const std::vector<NetworkFeaturesPtr>& parts) {
    std::size_t width = 0;
    for (const NetworkFeaturesPtr& part : parts)
        width += part->width();
    return width;
}

std::string part_prefix(const std::string& prefix, std::size_t part) {
    return message(prefix, "part", part, ".");
}

}  // namespace

JoinedFeatures::JoinedFeatures(const std::vector<NetworkFeaturesPtr>& parts,
                               const Architectures& archs, int threads)
    : NetworkFeatures(archs.space_ptr()), parts_(taken_apart(parts)) {
    check_parts();
    if (archs.size() == 0)
        throw DataError("joined features: at least 1 network expected, got 0");
    const std::size_t wide = width_of_parts(parts_);
    std::vector<float> numbers(archs.size() * wide);
    join(archs, numbers, threads);
    const auto count = static_cast<double>(archs.size());
    std::size_t column = 0;
    for (const NetworkFeaturesPtr& part : parts_) {
        for (std::size_t i = 0; i < part->width(); ++i, ++column) {
            double sum = 0;
            for (std::size_t at = column; at < numbers.size(); at += wide)
                sum += static_cast<double>(numbers[at]);
            const double mean = sum / count;
            double squares = 0;
            for (std::size_t at = column; at < numbers.size(); at += wide)
                squares += std::pow(static_cast<double>(numbers[at]) - mean, 2);
            const double deviation = std::sqrt(squares / count);
            const bool constant = deviation <= 1e-7 * std::abs(mean) || deviation == 0;
            means_.push_back(mean);
            factors_.push_back(
                constant ? 0 : 1 / (deviation * std::sqrt(static_cast<double>(part->width()))));
        }
    }
}

JoinedFeatures::JoinedFeatures(std::vector<NetworkFeaturesPtr> parts, std::vector<double> means,
                               std::vector<double> factors)
    : NetworkFeatures(parts.empty() || !parts.front() ? nullptr : parts.front()->space()),
      parts_(std::move(parts)), means_(std::move(means)), factors_(std::move(factors)) {
    check_parts();
    const auto finite = [](double v) { return std::isfinite(v); };
    if (means_.size() != width_of_parts(parts_) || factors_.size() != means_.size() ||
        !std::ranges::all_of(means_, finite) || !std::ranges::all_of(factors_, finite))
        throw ConfigError(message("joined features: finite means and factors of ",
                                  width_of_parts(parts_), " numbers expected"));
}

void JoinedFeatures::check_parts() const {
    if (parts_.size() < 2 || parts_.size() > most_parts ||
        std::ranges::any_of(parts_, [](const auto& part) { return !part; }))
        throw ConfigError(message("joined features: 2 to ", most_parts, " features expected, got ",
                                  parts_.size()));
    for (const NetworkFeaturesPtr& part : parts_) {
        if (!part->space()->same_family(*space()))
            throw SchemaError(message("joined features: '", part->name(), "' is of ",
                                      part->space()->description(), ", ", space()->description(),
                                      " expected"));
    }
}

std::string JoinedFeatures::name() const {
    std::vector<std::string> names;
    for (const NetworkFeaturesPtr& part : parts_)
        names.push_back(part->name());
    return latpred::join(names, "+");
}

void JoinedFeatures::join(const Architectures& archs, std::span<float> out, int threads) const {
    const std::size_t wide = width_of_parts(parts_);
    std::size_t first = 0;
    for (const NetworkFeaturesPtr& part : parts_) {
        const std::vector<float> own = part->of(archs, threads);
        for (std::size_t i = 0; i < archs.size(); ++i)
            std::copy_n(own.begin() + static_cast<std::ptrdiff_t>(i * part->width()), part->width(),
                        out.subspan(i * wide + first).begin());
        first += part->width();
    }
}

void JoinedFeatures::write(const Architectures& archs, std::span<float> out, int threads) const {
    join(archs, out, threads);
    for (std::size_t i = 0; i < out.size(); ++i) {
        const std::size_t column = i % width();
        out[i] =
            static_cast<float>((static_cast<double>(out[i]) - means_[column]) * factors_[column]);
    }
}

void JoinedFeatures::store(TensorFile& file, const std::string& prefix) const {
    file.metadata[prefix + "kind"] = "joined";
    file.metadata[prefix + "parts"] = std::to_string(parts_.size());
    file.put(prefix + "means", means_);
    file.put(prefix + "factors", factors_);
    for (std::size_t i = 0; i < parts_.size(); ++i)
        parts_[i]->store(file, part_prefix(prefix, i));
}

NetworkFeaturesPtr load_joined_features(const SpacePtr& space, const TensorFile& file,
                                        const std::string& prefix) {
    const auto count = number_of<std::size_t>(file.text(prefix + "parts"), "parts");
    if (count > most_parts)
        throw CorruptionError(message("damaged file: at most ", most_parts, " parts expected"));
    std::vector<NetworkFeaturesPtr> parts;
    for (std::size_t i = 0; i < count; ++i) {
        const std::string own = part_prefix(prefix, i);
        if (file.text(own + "kind") == "joined")
            throw CorruptionError("damaged file: joined features within joined features");
        parts.push_back(load_network_features(space, file, own));
    }
    try {
        return std::make_shared<const JoinedFeatures>(
            std::move(parts), file.doubles(prefix + "means"), file.doubles(prefix + "factors"));
    } catch (const ConfigError& error) {
        throw CorruptionError(message("damaged file: ", error.what()));
    }
}

}  // namespace latpred
