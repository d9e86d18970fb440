#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>
#include <utility>

#include "base/bytes.hpp"
#include "base/error.hpp"
#include "base/hash.hpp"
#include "base/numbers.hpp"
#include "base/safetensors.hpp"
#include "base/text.hpp"
#include "training/loop.hpp"

namespace latpred {
namespace {

constexpr const char* format = "latpred-training-1";
constexpr std::size_t columns = 5;  // numbers of an EpochRecord but for those of `later_column`
constexpr const char* later_column = "history_mape";  // earlier versions wrote none

/// Over all values, so that a flipped bit is seen.
std::string checksum(const TensorFile& file) {
    Hash64 hash;
    for (const auto& [name, tensor] : file.tensors)
        hash.bytes(name).bytes(tensor.bytes);
    for (const auto& [key, text] : file.metadata) {
        if (key != "checksum")
            hash.bytes(key).bytes(text);
    }
    return std::to_string(hash.digest());
}

void put_floats(TensorFile& file, const std::string& name, std::span<const float> values) {
    StoredTensor tensor{"F32", {static_cast<std::int64_t>(values.size())}, {}};
    tensor.bytes.assign(reinterpret_cast<const char*>(values.data()), values.size_bytes());
    file.tensors[name] = std::move(tensor);
}

/// From where on two texts differ, cut: the stored one is untrusted.
std::string difference(const std::string& stored, const std::string& expected) {
    const auto [a, b] = std::ranges::mismatch(stored, expected);
    const auto at = static_cast<std::size_t>(a - stored.begin());
    return message("'", excerpt(std::string_view(stored).substr(at)), "' where '",
                   excerpt(std::string_view(expected).substr(at)), "' is expected");
}

std::size_t stored_number(double stored, const char* what, std::size_t limit) {
    const std::optional<std::size_t> number = whole_number<std::size_t>(stored);
    if (!number || *number > limit) {
        throw CorruptionError(
            message("checkpoint: ", what, " ", stored, ", from 0 to ", limit, " expected"));
    }
    return *number;
}

bool holds(const StoredTensor& tensor, std::size_t count) {
    if (tensor.dtype != "F32" || tensor.bytes.size() != count * sizeof(float))
        return false;
    std::vector<float> values(count);
    copy_bytes(tensor.bytes, std::span(values));
    return std::ranges::all_of(values, [](float value) { return std::isfinite(value); });
}

}  // namespace

std::string TrainingLoop::fingerprint() const {
    const OptimizerSettings& o = optimizer_.settings();
    std::ostringstream text;
    text.imbue(std::locale::classic());
    text.precision(17);
    text << rows_ << ' ' << settings_.epochs << ' ' << settings_.batch_size << ' '
         << settings_.patience << ' ' << settings_.keep_best << ' ' << settings_.clip_norm << ' '
         << settings_.criterion << ' ' << settings_.seed << ' ' << settings_.context << ' '
         << o.name << ' ' << o.learning_rate << ' ' << o.weight_decay << ' ' << o.momentum << ' '
         << o.nesterov << ' ' << o.beta1 << ' ' << o.beta2 << ' ' << o.epsilon << ' '
         << schedule_.name << ' ' << schedule_.warmup << ' ' << schedule_.floor << ' '
         << schedule_.step_share << ' ' << schedule_.step_factor << ' ' << schedule_.peak_share;
    if (settings_.skip_single)
        text << " skip_single";
    if (!settings_.groups.empty()) {
        Hash64 groups;
        for (const std::uint32_t group : settings_.groups)
            groups.value(group);
        text << " groups " << groups.digest();
    }
    for (const Parameters::Tensor& tensor : parameters_.tensors())
        text << ' ' << tensor.name << ' ' << tensor.size;
    return text.str();
}

std::vector<std::pair<std::string, std::span<float>>> TrainingLoop::blocks() const {
    std::vector<std::pair<std::string, std::span<float>>> all{{"parameters", parameters_.values()}};
    for (const auto& [name, values] : optimizer_.buffers())
        all.emplace_back("optimizer." + name, values);
    return all;
}

std::string TrainingLoop::checkpoint() const {
    TensorFile file;
    for (const auto& [name, values] : blocks())
        put_floats(file, name, values);
    put_floats(file, "best", best_.span());
    std::vector<double> numbers;
    std::vector<double> relative;
    for (const EpochRecord& r : history_) {
        for (double number : {r.train_loss, r.learning_rate, r.mae, r.rmse, r.spearman})
            numbers.push_back(number);
        relative.push_back(r.mape);
    }
    file.put("history", numbers);
    file.put(later_column, relative);
    const auto whole = [](std::size_t n) { return static_cast<double>(n); };
    file.put("counters", std::vector<double>{whole(optimizer_.steps()), whole(best_epoch_),
                                             validated_ ? 1.0 : 0.0});
    file.metadata = {{"format", format}, {"fingerprint", fingerprint()}};
    file.metadata["checksum"] = checksum(file);
    return write_tensors(file);
}

void TrainingLoop::restore(const std::string& bytes) {
    const TensorFile file = read_tensors(bytes, "checkpoint");
    if (file.text("format") != format || file.text("checksum") != checksum(file))
        throw CorruptionError("checkpoint: damaged, or not of a training");
    if (file.text("fingerprint") != fingerprint()) {
        throw ConfigError(message("checkpoint of another training: ",
                                  difference(file.text("fingerprint"), fingerprint())));
    }
    auto targets = blocks();
    targets.emplace_back("best", best_.span());
    for (const auto& [name, values] : targets) {
        const auto found = file.tensors.find(name);
        if (found == file.tensors.end() || !holds(found->second, values.size()))
            throw CorruptionError(
                message("checkpoint: ", values.size(), " finite values '", name, "' expected"));
    }
    const std::vector<double> counters = file.doubles("counters");
    const std::vector<double> numbers = file.doubles("history");
    const std::size_t epochs = numbers.size() / columns;
    std::vector<double> relative(epochs, std::numeric_limits<double>::quiet_NaN());
    if (file.tensors.contains(later_column))
        relative = file.doubles(later_column);
    if (counters.size() != 3 || numbers.size() % columns != 0 || epochs > settings_.epochs ||
        relative.size() != epochs)
        throw CorruptionError("checkpoint: counters and history expected");
    const std::size_t steps = stored_number(counters[0], "steps", epochs * steps_per_epoch());
    const std::size_t best = stored_number(counters[1], "best epoch", epochs);
    const bool validated = stored_number(counters[2], "validated", 1) == 1;
    if (steps != epochs * steps_per_epoch() || (validated ? best >= epochs : best != 0))
        throw CorruptionError(message("checkpoint: ", steps, " steps in ", epochs,
                                      " epochs, the best of which is ", best));
    for (const auto& [name, values] : targets)
        copy_bytes(file.tensors.at(name).bytes, values);
    optimizer_.set_steps(steps);
    best_epoch_ = best;
    validated_ = validated;
    history_.clear();
    for (std::size_t i = 0; i < numbers.size(); i += columns)
        history_.push_back({numbers[i], numbers[i + 1], numbers[i + 2], numbers[i + 3],
                            numbers[i + 4], relative[i / columns]});
}

}  // namespace latpred
