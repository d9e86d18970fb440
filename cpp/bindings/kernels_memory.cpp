// Peak memory of networks.
#include "bindings/bindings.hpp"

#include <map>
#include <utility>

#include "base/error.hpp"
#include "base/text.hpp"
#include "kernels/peak_memory.hpp"

namespace latpred::bindings {
namespace {

py::dict parts_dict(const MemoryParts& parts) {
    py::dict found;
    for (const MemoryPart& part : memory_part_list())
        found[py::str(std::string(part.name))] = parts.*(part.member);
    return found;
}

py::dict shares_dict(const PeakMemoryModel::Shares& shares) {
    py::dict found;
    found["constant"] = shares.front();
    for (std::size_t i = 0; i < memory_part_list().size(); ++i)
        found[py::str(std::string(memory_part_list()[i].name))] = shares[i + 1];
    return found;
}

/// Shares by name; parts that are not there count nothing. DataError for names that no part has.
PeakMemoryModel::Shares shares_from(const std::map<std::string, double>& given) {
    PeakMemoryModel::Shares shares(memory_part_list().size() + 1);
    for (const auto& [name, share] : given) {
        std::size_t place = name == "constant" ? 0 : shares.size();
        for (std::size_t i = 0; i < memory_part_list().size(); ++i)
            place = memory_part_list()[i].name == name ? i + 1 : place;
        if (place == shares.size()) {
            throw DataError(
                message("peak memory: a share of '", excerpt(name), "', which is no part"));
        }
        shares[place] = share;
    }
    return shares;
}

PeakMemoryModel model_from_fields(const py::dict& fields) {
    using Numbers = std::vector<double>;
    using Shares = std::map<std::string, double>;
    try {
        return {
            fields["base_bytes"].cast<double>(),
            shares_from(fields["load"].cast<Shares>()),
            shares_from(fields["run"].cast<Shares>()),
            {fields["measured_bytes"].cast<Numbers>(), fields["predicted_bytes"].cast<Numbers>()}};
    } catch (const py::cast_error&) {
        throw DataError("peak memory: a field is of another type than `fields` gives");
    } catch (const py::error_already_set&) {
        throw DataError("peak memory: a field is missing");
    }
}

PeakMemoryModel fit_to_graphs(const std::vector<const TensorGraph*>& graphs,
                              const std::vector<bool>& embedded, const Array<double>& load_bytes,
                              const Array<double>& run_bytes,
                              const std::vector<std::string>& families, double base_bytes) {
    const std::size_t count = graphs.size();
    const auto load = view(load_bytes);
    const auto run = view(run_bytes);
    if (embedded.size() != count || load.size() != count || run.size() != count ||
        families.size() != count) {
        throw ConfigError(message("peak memory: ", count, " networks, ", embedded.size(), ", ",
                                  load.size(), ", ", run.size(), " and ", families.size(),
                                  " values beside, equal numbers expected"));
    }
    std::vector<MemoryRow> rows;
    for (std::size_t i = 0; i < count; ++i) {
        if (graphs[i] == nullptr)
            throw ConfigError("peak memory: None among the networks, graphs expected");
        rows.push_back({memory_parts(*graphs[i], embedded[i]), load[i], run[i], families[i]});
    }
    return fit_peak_memory(rows, base_bytes);
}

void bind_peak_model(py::module_& m) {
    py::class_<PeakMemoryModel>(m, "PeakMemoryModel",
                                "Peak memory of a process that loads a network and runs it.")
        .def(
            "predict",
            [](const PeakMemoryModel& model, const TensorGraph& graph, bool embedded,
               double confidence) {
                const MemoryEstimate one = model.predict(memory_parts(graph, embedded), confidence);
                py::dict found;
                found["base_bytes"] = model.base_bytes();
                found["load_bytes"] = one.load_bytes;
                found["run_bytes"] = one.run_bytes;
                found["peak_bytes"] = one.peak_bytes;
                found["high_bytes"] = one.high_bytes;
                return found;
            },
            py::arg("graph"), py::kw_only(), py::arg("embedded") = false,
            py::arg("confidence") = 0.95,
            R"(Memory of a network: a dict with base_bytes, of the runtime alone; load_bytes and
run_bytes, the most beyond it while loading and running; peak_bytes, the most of the process; and
high_bytes, which a measurement exceeds with probability 1 - confidence.

Args:
    graph: The network.
    embedded: Whether its weights stand in the network's file instead of in a file beside it.
    confidence: Of high_bytes, at least 0.5 and below 1.)")
        .def(
            "fields",
            [](const PeakMemoryModel& model) {
                py::dict found;
                found["base_bytes"] = model.base_bytes();
                found["load"] = shares_dict(model.load());
                found["run"] = shares_dict(model.run());
                found["measured_bytes"] = model.held_out().measured;
                found["predicted_bytes"] = model.held_out().predicted;
                return found;
            },
            R"(The model as plain values: base_bytes; load and run, bytes for each byte of a part;
measured_bytes and predicted_bytes, peaks of networks whose families the model had not seen.)")
        .def_static("from_fields", &model_from_fields, py::arg("fields"),
                    "The model of plain values; DataError where one is missing or wrong.");
}

}  // namespace

void bind_peak_memory(py::module_& m) {
    bind_peak_model(m);
    m.def(
        "memory_parts",
        [](const TensorGraph& graph, bool embedded) {
            return parts_dict(memory_parts(graph, embedded));
        },
        py::arg("graph"), py::kw_only(), py::arg("embedded") = false,
        R"(What one run keeps in memory, by counting: bytes by name of the part, and `operators`.

fused, in_place, separate and copied are peaks of living values: between fused kernels, operator by
operator where pointwise work overwrites what dies, where each operator writes to memory of its own,
and where views are copies too. reordered, columns and scored add workspaces to
`separate`.

Args:
    graph: The network.
    embedded: Whether its weights stand in the network's file instead of in a file beside it.)");
    m.def("fit_peak_memory", &fit_to_graphs, py::arg("graphs"), py::kw_only(), py::arg("embedded"),
          py::arg("load_bytes"), py::arg("run_bytes"), py::arg("families"), py::arg("base_bytes"),
          R"(Learn the peak memory of networks from some that were measured.

Args:
    graphs: N networks.
    embedded: For each, whether its weights stand in the network's file.
    load_bytes: N bytes beyond the runtime alone, the most while loading.
    run_bytes: N of the most while running; NaN where it is not known.
    families: N names; networks of one family are left out together to see how good the model is.
    base_bytes: What a process holds with the runtime alone.

Raises:
    DataError: For fewer than four networks, or bytes that are negative or not finite.)");
}

}  // namespace latpred::bindings
