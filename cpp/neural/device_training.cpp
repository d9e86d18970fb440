#include <algorithm>
#include <sstream>
#include <utility>

#include "base/error.hpp"
#include "base/hash.hpp"
#include "base/text.hpp"
#include "neural/device_network.hpp"
#include "neural/device_pairs.hpp"
#include "training/loop.hpp"

namespace latpred {
namespace {

/// What a checkpoint depends on beside the loop's settings.
std::string device_context(const DeviceNetwork& network, const DevicePairs& pairs) {
    const DeviceLoss& loss = network.plan().loss;
    Hash64 rows;
    for (const float value : pairs.wanted)
        rows.bytes({reinterpret_cast<const char*>(&value), sizeof value});
    for (std::size_t i = 0; i < pairs.pair.size(); ++i)
        rows.value(pairs.pair[i]).value(pairs.device[i]);
    for (const auto& [name, values] : pairs.data.inputs) {
        rows.bytes({reinterpret_cast<const char*>(values.data()), values.size() * sizeof(float)});
    }
    std::ostringstream text;
    text.imbue(std::locale::classic());
    text.precision(17);
    text << network.plan().kind << ' ' << network.stack().description() << ' ' << loss.pairs << ' '
         << loss.margin << ' ' << loss.across << ' ' << loss.pairs_a_row << ' ' << loss.errors
         << ' ' << loss.error << ' ' << loss.beta << ' ' << loss.summed << ' ' << rows.digest();
    return text.str();
}

OptimizerSettings optimizer_of(const DeviceStage& stage) {
    return {
        .name = "adamw", .learning_rate = stage.learning_rate, .weight_decay = stage.weight_decay};
}

ScheduleSettings schedule_of(const DeviceStage& stage) {
    if (!(stage.least_rate >= 0 && stage.least_rate <= stage.learning_rate))
        throw ConfigError(message("training: least_rate ", stage.least_rate, ", from 0 to ",
                                  stage.learning_rate, " expected"));
    return {.name = "cosine", .floor = stage.least_rate / stage.learning_rate};
}

LoopSettings loop_of(const DeviceStage& stage, std::uint64_t seed, std::string context) {
    return {.epochs = stage.epochs,
            .batch_size = stage.batch_size,
            .keep_best = false,
            .clip_norm = stage.clip_norm,
            .seed = seed,
            .context = std::move(context),
            .skip_single = stage.skip_single};
}

}  // namespace

struct DeviceTraining::Impl {
    LayerStack& stack;
    DeviceLoss loss;
    std::uint64_t seed;
    DevicePairs pairs;
    TrainingLoop loop;
    std::vector<std::uint32_t> batch;  ///< different pairs of a minibatch
    std::vector<std::uint32_t> place;  ///< of each of its rows among them

    Impl(DeviceNetwork& network, std::span<const DeviceExamples> examples, const DeviceStage& stage,
         std::uint64_t training_seed, int threads)
        : stack(network.stack()), loss(network.plan().loss), seed(training_seed),
          pairs(device_pairs(*network.input(), examples, threads)),
          loop(stack.parameters(), optimizer_of(stage), schedule_of(stage),
               loop_of(stage, seed, device_context(network, pairs)), pairs.wanted.size()) {
        check_device_loss(loss);
        stack.check(pairs.data);
    }

    /// Each different pair of a minibatch goes through the layers once.
    double step(std::span<const std::uint32_t> rows) {
        batch.clear();
        place.clear();
        for (const std::uint32_t row : rows) {
            const auto found = std::ranges::find(batch, pairs.pair[row]);
            place.push_back(static_cast<std::uint32_t>(found - batch.begin()));
            if (found == batch.end())
                batch.push_back(pairs.pair[row]);
        }
        const std::uint64_t epoch = loop.history().size();
        return stack.step(pairs.data, batch, {seed, epoch},
                          [&](std::span<const float> outputs, std::span<float> slopes) {
                              return judge(rows, outputs, slopes);
                          });
    }

    double judge(std::span<const std::uint32_t> rows, std::span<const float> outputs,
                 std::span<float> slopes) const {
        std::vector<float> scores;
        std::vector<float> wanted;
        std::vector<std::uint32_t> devices;
        Hash64 draw;
        draw.value(seed).value(loop.history().size());
        for (std::size_t i = 0; i < rows.size(); ++i) {
            scores.push_back(outputs[place[i]]);
            wanted.push_back(pairs.wanted[rows[i]]);
            devices.push_back(pairs.device[rows[i]]);
            draw.value(rows[i]);
        }
        std::vector<float> row_slopes(rows.size());
        const double found = device_loss(loss, scores, wanted, devices, draw.digest(), row_slopes);
        std::ranges::fill(slopes, 0.0F);
        for (std::size_t i = 0; i < rows.size(); ++i)
            slopes[place[i]] += row_slopes[i];
        return found;
    }
};

DeviceTraining::DeviceTraining(DeviceNetwork& network, std::span<const DeviceExamples> examples,
                               const DeviceStage& stage, std::uint64_t seed, int threads)
    : impl_(std::make_unique<Impl>(network, examples, stage, seed, threads)) {}

DeviceTraining::~DeviceTraining() = default;

bool DeviceTraining::run_epoch(Monitor& monitor) {
    return impl_->loop.run_epoch(
        [this](std::span<const std::uint32_t> rows) { return impl_->step(rows); }, {}, monitor);
}

std::size_t DeviceTraining::epochs_done() const {
    return impl_->loop.history().size();
}

std::vector<double> DeviceTraining::losses() const {
    std::vector<double> all;
    for (const EpochRecord& record : impl_->loop.history())
        all.push_back(record.train_loss);
    return all;
}

std::string DeviceTraining::checkpoint() const {
    return impl_->loop.checkpoint();
}

void DeviceTraining::restore(const std::string& bytes) {
    impl_->loop.restore(bytes);
}

void train_devices(DeviceNetwork& network, std::span<const DeviceExamples> examples,
                   const DeviceStage& stage, std::uint64_t seed, Monitor& monitor,
                   const std::function<void(std::size_t epochs_done)>& after_epoch) {
    DeviceTraining training(network, examples, stage, seed);
    while (training.run_epoch(monitor)) {
        monitor.progress(training.epochs_done(), stage.epochs, "epochs");
        if (after_epoch)
            after_epoch(training.epochs_done());
    }
}

}  // namespace latpred
