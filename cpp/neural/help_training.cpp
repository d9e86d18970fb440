#include "neural/help_training.hpp"

#include <algorithm>
#include <bit>
#include <numeric>
#include <utility>

#include "base/hash.hpp"
#include "base/parallel.hpp"
#include "base/rng.hpp"
#include "base/text.hpp"
#include "predictors/fitter_settings.hpp"

namespace latpred {
namespace {

constexpr std::size_t cell_episodes = 2000;
constexpr std::size_t other_episodes = 4000;

HelpSettings checked_help(const HelpSettings& settings) {
    check_help(settings);
    return settings;
}

/// What a checkpoint must agree on beside the loop's own settings.
std::string help_context(const HelpSettings& settings, const HelpSources& sources) {
    FitterSettings text("help");
    visit_help(settings, [&text](const char* name, const auto& value) { text.put(name, value); });
    Hash64 hash;
    const auto add = [&hash](const std::vector<float>& values) {
        for (const float value : values)
            hash.value(std::bit_cast<std::uint32_t>(value));
    };
    for (const HelpSource& device : sources.devices) {
        for (const std::size_t network : device.networks)
            hash.value(network);
        add(device.scaled);
        add(device.device);
    }
    for (const GeneValue gene : sources.pool.genes())
        hash.value(gene);
    return message(text.text(), " rows ", hash.digest());
}

/// `count` of the numbers below `size`, shuffled.
std::vector<std::size_t> drawn_numbers(std::size_t size, std::size_t count, Rng rng) {
    std::vector<std::size_t> all(size);
    std::iota(all.begin(), all.end(), std::size_t{0});
    rng.shuffle(std::span(all));
    all.resize(std::min(count, size));
    return all;
}

}  // namespace

std::vector<double> modulation_noise(std::uint64_t seed, std::string_view purpose,
                                     std::uint64_t draw, std::size_t count) {
    Rng rng(seed, purpose, draw);
    std::vector<double> noise(count);
    std::ranges::generate(noise, [&] { return rng.normal(); });
    return noise;
}

HelpTraining::HelpTraining(std::span<const DeviceRows> devices, const HelpSettings& settings,
                           const FitContext& context)
    : settings_(checked_help(settings)), seed_(context.seed), threads_(context.threads),
      sources_(std::make_shared<const HelpSources>(help_sources(devices, settings, context))),
      input_(sources_->pool) {
    const SpacePtr& space = sources_->pool.space_ptr();
    if (settings_.episodes == 0)
        settings_.episodes = HelpInput::has_cells(*space) ? cell_episodes : other_episodes;
    learner_ = std::make_shared<const HelpLearner>(
        settings_, help_layers(settings_, HelpInput::has_cells(*space), HelpInput::features(space)),
        seed_);
    for (std::size_t i = 0; i < std::min(settings_.tasks, sources_->devices.size()); ++i)
        rooms_.push_back(learner_->stack());
    LoopSettings loop{.epochs = settings_.episodes,
                      .batch_size = 1,
                      .keep_best = false,
                      .seed = seed_,
                      .context = help_context(settings_, *sources_)};
    loop_ = std::make_unique<TrainingLoop>(
        learner_->parameters(),
        OptimizerSettings{.name = "adam", .learning_rate = settings_.learning_rate},
        ScheduleSettings{.name = "constant"}, std::move(loop), 1);
}

HelpTask HelpTraining::task_of(std::size_t device, std::size_t episode) const {
    const HelpSource& source = sources_->devices[device];
    const std::uint64_t entity = Hash64().value(episode).value(device).digest();
    const std::vector<std::size_t> rows =
        drawn_numbers(source.networks.size(), settings_.support + settings_.query,
                      Rng(seed_, "HELP: networks of a device", entity));
    std::vector<std::size_t> networks;
    std::vector<float> targets;
    for (const std::size_t row : rows) {
        networks.push_back(source.networks[row]);
        targets.push_back(source.scaled[row]);
    }
    const std::span<const std::size_t> all(networks);
    HelpTask task;
    task.device = source.device;
    task.support = input_.on(task.device, all.first(settings_.support));
    task.query = input_.on(task.device, all.subspan(settings_.support));
    const auto middle = targets.begin() + static_cast<std::ptrdiff_t>(settings_.support);
    task.support_target.assign(targets.begin(), middle);
    task.query_target.assign(middle, targets.end());
    task.noise = modulation_noise(seed_, "HELP: modulation", entity, learner_->noises());
    return task;
}

double HelpTraining::episode(std::size_t number, Monitor& monitor) {
    const std::vector<std::size_t> devices =
        drawn_numbers(sources_->devices.size(), settings_.tasks,
                      Rng(seed_, "HELP: devices of an episode", number));
    const std::size_t count = devices.size();
    const std::span<float> gradients = learner_->parameters().gradients();
    std::vector<std::vector<float>> parts(count, std::vector<float>(gradients.size(), 0.0F));
    std::vector<double> losses(count);
    const auto tasks = static_cast<double>(count);
    parallel_for(
        count, 1, threads_,
        [&](std::size_t begin, std::size_t end) {
            for (std::size_t i = begin; i < end; ++i) {
                HelpTask task = task_of(devices[i], number);
                // Each device's distance counts fully, not its share; the original's last one for
                // all of them.
                const double times = settings_.last_kl ? (i + 1 == count ? tasks : 0) : 1;
                task.kl_weight = settings_.kl_weight * tasks * times;
                losses[i] = learner_->add_gradient(task, rooms_[i], 1 / tasks, parts[i]);
            }
        },
        monitor);
    std::ranges::fill(gradients, 0.0F);
    for (const std::vector<float>& part : parts) {
        for (std::size_t i = 0; i < gradients.size(); ++i)
            gradients[i] += part[i];
    }
    return std::accumulate(losses.begin(), losses.end(), 0.0);
}

bool HelpTraining::run_episode(Monitor& monitor) {
    return loop_->run_epoch([&](auto) { return episode(loop_->history().size(), monitor); }, {},
                            monitor);
}

}  // namespace latpred
