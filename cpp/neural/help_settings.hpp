// What HELP's meta-learning is told, and its network as layers.
#pragma once

#include <cstddef>
#include <string>

namespace latpred {

/// HELP of Lee et al., "HELP: Hardware-adaptive efficient latency prediction for NAS via
/// meta-learning", NeurIPS 2021; numbers as published.
struct HelpSettings {
    std::size_t episodes = 0;         ///< 0: 2,000 for cells, 4,000 for other spaces
    std::size_t source_networks = 0;  ///< known of each source, by hash; 0: all
    std::size_t tasks = 8;            ///< devices of an episode, where there are so many
    std::size_t support = 10;         ///< networks a device adapts to in an episode
    std::size_t query = 200;          ///< networks that judge the adapted one
    std::size_t steps = 2;            ///< of gradient descent on the support
    std::size_t references = 10;      ///< networks whose latencies describe a device
    std::size_t width = 100;          ///< units of a layer; the joined ones have twice as many
    double inner_rate = 1e-3;         ///< first value of each weight's learned rate
    double learning_rate = 1e-4;      ///< of the meta-learner (Adam)
    double kl_weight = 0.1;           ///< of the modulator's distance to N(0, 1)
    double z_scale = 0.01;            ///< of the modulation
    std::size_t draws = 10;           ///< modulations whose predictions are averaged
    bool second_order = true;
    // What the original did otherwise.
    bool trim = false;       ///< sources without the slowest and fastest tenth of their networks
    bool last_kl = false;    ///< the distance of the episode's last device counts for all
    bool last_draw = false;  ///< predict with the last modulation, not with the mean of all
};

/// Passes each setting by name.
template <class Settings, class Visit>
void visit_help(Settings& s, Visit&& visit) {
    visit("episodes", s.episodes);
    visit("source_networks", s.source_networks);
    visit("tasks", s.tasks);
    visit("support", s.support);
    visit("query", s.query);
    visit("steps", s.steps);
    visit("references", s.references);
    visit("width", s.width);
    visit("inner_rate", s.inner_rate);
    visit("learning_rate", s.learning_rate);
    visit("kl_weight", s.kl_weight);
    visit("z_scale", s.z_scale);
    visit("draws", s.draws);
    visit("second_order", s.second_order);
    visit("trim", s.trim);
    visit("last_kl", s.last_kl);
    visit("last_draw", s.last_draw);
}

/// ConfigError naming the setting that is out of range.
void check_help(const HelpSettings& settings);

/// Layers for LayerStack: four graph convolutions read at the global node where there are cells,
/// else two dense layers over `features` of an architecture; beside them two dense layers over the
/// device's reference latencies; both joined by "fc3", "fc4", "fc5".
std::string help_layers(const HelpSettings& settings, bool cells, std::size_t features);

}  // namespace latpred
