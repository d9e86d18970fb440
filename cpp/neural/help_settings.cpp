#include "neural/help_settings.hpp"

#include "base/error.hpp"
#include "base/text.hpp"

namespace latpred {
namespace {

void check_number(const char* name, std::size_t value, std::size_t least, std::size_t most) {
    if (value < least || value > most)
        throw ConfigError(
            message("HELP: ", name, " ", value, ", from ", least, " to ", most, " expected"));
}

void check_real(const char* name, double value, double most) {
    if (!(value >= 0 && value <= most))
        throw ConfigError(message("HELP: ", name, " ", value, ", from 0 to ", most, " expected"));
}

}  // namespace

void check_help(const HelpSettings& s) {
    check_number("episodes", s.episodes, 0, 1'000'000);
    check_number("tasks", s.tasks, 1, 1000);
    check_number("support", s.support, 2, 10'000);
    check_number("query", s.query, 1, 100'000);
    check_number("steps", s.steps, 1, 100);
    check_number("references", s.references, 2, 1000);
    check_number("width", s.width, 1, 2048);
    check_number("draws", s.draws, 1, 1000);
    check_real("inner_rate", s.inner_rate, 10);
    check_real("learning_rate", s.learning_rate, 10);
    check_real("kl_weight", s.kl_weight, 1e6);
    check_real("z_scale", s.z_scale, 10);
}

std::string help_layers(const HelpSettings& settings, bool cells, std::size_t features) {
    const std::size_t width = settings.width;
    std::string text = message(
        R"({"inputs": {")", cells ? "nodes" : "architecture", R"(": )", features, R"(, "device": )",
        settings.references, R"(}, "global_node": )", cells ? "true" : "false", R"(, "layers": [)");
    const auto dense = [&](const char* name, const char* from, std::size_t units, bool last) {
        text += message(R"({"kind": "linear", "name": ")", name, R"(", "from": ")", from,
                        R"(", "width": )", units, last ? R"(})" : R"(, "activation": "relu"}, )");
    };
    if (cells) {
        for (std::size_t i = 1; i <= 4; ++i)
            text += message(R"({"kind": "gcn", "name": "gc)", i, R"(", "from": ")",
                            i == 1 ? std::string("nodes") : message("gc", i - 1), R"(", "width": )",
                            width, R"(, "self_loops": true, "activation": "relu"}, )");
        text += R"({"kind": "last", "name": "fc2"}, )";
    } else {
        dense("fc1", "architecture", width, false);
        dense("fc2", "fc1", width, false);
    }
    dense("fc_hw1", "device", width, false);
    dense("fc_hw2", "fc_hw1", width, false);
    text += R"({"kind": "concat", "name": "both", "from": ["fc2", "fc_hw2"]}, )";
    dense("fc3", "both", 2 * width, false);
    dense("fc4", "fc3", 2 * width, false);
    dense("fc5", "fc4", 1, true);
    return text + "]}";
}

}  // namespace latpred
