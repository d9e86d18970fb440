// Trainings of Arch2Vec and CATE.
#include "bindings/bindings.hpp"

#include <cstdio>
#include <optional>

#include "base/error.hpp"
#include "base/text.hpp"
#include "bindings/training.hpp"
#include "neural/arch2vec.hpp"
#include "neural/cate.hpp"

namespace latpred::bindings {
namespace {

using Rows = std::vector<std::uint32_t>;

void run_encoder(EncoderTraining& training, std::optional<std::size_t> epochs, std::size_t total,
                 std::optional<py::function> progress) {
    PythonMonitor monitor(std::move(progress));
    const Cancellable cancellable;
    for (std::size_t i = 0; !epochs || i < *epochs; ++i) {
        if (!training.run_epoch(monitor))
            return;
        char text[64];
        std::snprintf(text, sizeof text, "training loss %.4g",
                      training.loop().history().back().train_loss);
        monitor.progress(training.loop().history().size(), total, text);
    }
}

py::dict encoder_arrays(const EncoderTraining& training, std::span<const float> block) {
    py::dict arrays;
    for (std::size_t i = 0; i < training.parameters().tensors().size(); ++i) {
        const Parameters::Tensor& place = training.parameters().tensors()[i];
        const std::span<const float> values = block.subspan(place.offset, place.size);
        const std::vector<std::int64_t> shape = training.shape(i);
        arrays[py::str(place.name)] = to_numpy(std::vector<float>(values.begin(), values.end()),
                                               {shape.begin(), shape.end()});
    }
    return arrays;
}

py::tuple encoder_gradients(EncoderTraining& training, const Rows& rows, std::size_t all) {
    for (const std::uint32_t row : rows) {
        if (row >= all)
            throw ConfigError(message("encoder: row ", row, " of ", all));
    }
    double loss = 0;
    {
        const Cancellable cancellable;
        loss = training.step(rows);
    }
    return py::make_tuple(loss, encoder_arrays(training, training.parameters().gradients()));
}

void bind_encoder_training(py::module_& m) {
    py::class_<EncoderTraining>(m, "EncoderTraining", "A training of an encoder, by epochs.")
        .def("run", &run_encoder, py::arg("epochs") = py::none(), py::kw_only(),
             py::arg("total") = 0, py::arg("progress") = py::none(),
             "Runs `epochs` more epochs, or all that are left. After Ctrl-C the state is that of "
             "the last whole epoch. Raises TrainingError.")
        .def(
            "model",
            [](const EncoderTraining& t) {
                return std::const_pointer_cast<NetworkFeatures>(t.model());
            },
            Release(), "The encoder as it stands.")
        .def("judge", &EncoderTraining::judge, Release(),
             "How well it does on networks held out, by name.")
        .def(
            "checkpoint", [](const EncoderTraining& t) { return py::bytes(t.loop().checkpoint()); },
            "The state as bytes; `restore` of a training of the same networks and settings goes "
            "on with the same result to the bit.")
        .def(
            "restore",
            [](EncoderTraining& t, const std::string& state) { t.loop().restore(state); },
            py::arg("state"), "Raises CorruptionError, ConfigError.")
        .def_property_readonly("history",
                               [](const EncoderTraining& t) { return history_of(t.loop()); })
        .def_property_readonly("finished",
                               [](const EncoderTraining& t) { return t.loop().finished(); })
        .def_property_readonly(
            "parameters",
            [](const EncoderTraining& t) { return encoder_arrays(t, t.parameters().values()); },
            "Arrays by name.");
}

void bind_arch2vec(py::module_& m) {
    using Settings = Arch2VecSettings;
    py::class_<Settings>(m, "Arch2VecSettings", "See latpred.Arch2VecEncoder.")
        .def(py::init([](std::string form, std::size_t hops, std::size_t hidden, std::size_t latent,
                         double dropout, double noise, double held_out_share,
                         const OptimizerSettings& optimizer, const LoopSettings& loop) {
                 Settings settings;
                 settings.form = std::move(form);
                 settings.hops = hops;
                 settings.hidden = hidden;
                 settings.latent = latent;
                 settings.dropout = dropout;
                 settings.noise = noise;
                 settings.held_out_share = held_out_share;
                 settings.optimizer = optimizer;
                 settings.loop = loop;
                 return settings;
             }),
             py::kw_only(), py::arg("form"), py::arg("hops"), py::arg("hidden"), py::arg("latent"),
             py::arg("dropout"), py::arg("noise") = 1.0, py::arg("held_out_share"),
             py::arg("optimizer"), py::arg("loop"));
    py::class_<Arch2VecTraining, EncoderTraining>(m, "Arch2VecTraining",
                                                  "A training of latpred.Arch2VecEncoder.")
        .def(py::init([](const Architectures& archs, const Settings& settings, int threads) {
                 const Cancellable cancellable;
                 return std::make_unique<Arch2VecTraining>(archs, settings, threads);
             }),
             py::arg("archs"), py::arg("settings"), py::kw_only(), py::arg("threads") = 1,
             "Raises ConfigError, DataError.")
        .def_property_readonly(
            "networks", [](const Arch2VecTraining& t) { return t.networks().fitted; },
            "Rows of the training.")
        .def(
            "gradients",
            [](Arch2VecTraining& t, const Rows& rows) {
                return encoder_gradients(t, rows, t.networks().fitted.size());
            },
            py::arg("rows"), "Loss and gradients by name, for tests.");
}

py::list masks_of(const CateTraining& training, const Rows& rows) {
    py::list all;
    for (const std::uint32_t row : rows) {
        if (row >= training.pairs().size())
            throw ConfigError(message("encoder: row ", row, " of ", training.pairs().size()));
    }
    for (const MaskedPair& mask : training.masks(rows))
        all.append(py::make_tuple(mask.tokens[0], mask.tokens[1], mask.places[0], mask.places[1]));
    return all;
}

void bind_cate(py::module_& m) {
    using Settings = CateSettings;
    py::class_<Settings>(m, "CateSettings", "See latpred.CateEncoder.")
        .def(py::init([](std::string form, const std::map<std::string, std::size_t>& sizes,
                         double dropout, double corruption, double smoothing, std::size_t partners,
                         double most_params_apart, double held_out_share, std::size_t warmup_steps,
                         const OptimizerSettings& optimizer, const LoopSettings& loop) {
                 Settings settings;
                 settings.form = std::move(form);
                 settings.graph_layers = sizes.at("graph_layers");
                 settings.pair_layers = sizes.at("pair_layers");
                 settings.width = sizes.at("latent");
                 settings.heads = sizes.at("heads");
                 settings.graph_hidden = sizes.at("graph_hidden");
                 settings.pair_hidden = sizes.at("pair_hidden");
                 settings.dropout = dropout;
                 settings.corruption = corruption;
                 settings.smoothing = smoothing;
                 settings.partners = partners;
                 settings.most_params_apart = most_params_apart;
                 settings.held_out_share = held_out_share;
                 settings.warmup_steps = warmup_steps;
                 settings.optimizer = optimizer;
                 settings.loop = loop;
                 return settings;
             }),
             py::kw_only(), py::arg("form"), py::arg("sizes"), py::arg("dropout"),
             py::arg("corruption"), py::arg("smoothing"), py::arg("partners"),
             py::arg("most_params_apart"), py::arg("held_out_share"), py::arg("warmup_steps"),
             py::arg("optimizer"), py::arg("loop"));
    py::class_<CateTraining, EncoderTraining>(m, "CateTraining",
                                              "A training of latpred.CateEncoder.")
        .def(py::init([](const Architectures& archs, const Settings& settings, int threads) {
                 const Cancellable cancellable;
                 return std::make_unique<CateTraining>(archs, settings, threads);
             }),
             py::arg("archs"), py::arg("settings"), py::kw_only(), py::arg("threads") = 1,
             "Raises ConfigError, DataError.")
        .def_property_readonly(
            "networks", [](const CateTraining& t) { return t.networks().fitted; },
            "Networks of the pairs.")
        .def_property_readonly(
            "pairs",
            [](const CateTraining& t) {
                std::vector<std::pair<std::uint32_t, std::uint32_t>> pairs;
                for (const NetworkPair& pair : t.pairs())
                    pairs.emplace_back(pair.first, pair.second);
                return pairs;
            },
            "Rows of the training: numbers of networks.")
        .def("masks", &masks_of, py::arg("rows"),
             "What the next step masks of these pairs: tokens and places of both, for tests.")
        .def(
            "gradients",
            [](CateTraining& t, const Rows& rows) {
                return encoder_gradients(t, rows, t.pairs().size());
            },
            py::arg("rows"), "Loss and gradients by name, for tests.");
}

py::list graphs_of_encoder(const Architectures& fitted, const Architectures& archs,
                           const std::string& form) {
    EncoderGraphBatch batch;
    std::vector<std::string> names;
    {
        const Cancellable cancellable;
        const EncoderGraphs graphs(form, fitted);
        batch = graphs.read(archs);
        names = graphs.operations();
    }
    py::list all;
    for (const std::size_t i : batch.index) {
        const EncoderGraph& graph = batch.graphs[i];
        const auto nodes = static_cast<py::ssize_t>(graph.nodes());
        const auto width = static_cast<py::ssize_t>(graph.numbers.size() / graph.nodes());
        all.append(py::make_tuple(graph.operations,
                                  to_numpy(std::vector<float>(graph.numbers), {nodes, width}),
                                  to_numpy(std::vector<float>(graph.adjacency), {nodes, nodes})));
    }
    py::list result;
    result.append(names);
    result.append(all);
    return result;
}

}  // namespace

void bind_encoder_trainings(py::module_& m);

void bind_encoder_trainings(py::module_& m) {
    bind_encoder_training(m);
    bind_arch2vec(m);
    bind_cate(m);
    m.def("encoder_graphs", &graphs_of_encoder, py::arg("fitted"), py::arg("archs"),
          py::arg("form"),
          "[operations by name, [(operations, numbers, adjacency) of each network]], for tests.");
}

}  // namespace latpred::bindings
