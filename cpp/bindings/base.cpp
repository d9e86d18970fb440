// Foundations that tests compare with other implementations.
#include "bindings/base_shown.hpp"
#include "bindings/bindings.hpp"
#include "bindings/python_names.hpp"

#include "base/content_kind.hpp"
#include "base/device_text.hpp"
#include "base/file.hpp"
#include "base/float_mode.hpp"
#include "base/hash.hpp"
#include "base/memory_limit.hpp"
#include "base/names.hpp"
#include "base/parallel.hpp"
#include "base/rng.hpp"
#include "base/sqlite_version.hpp"
#include "base/statistics.hpp"

namespace latpred::bindings {

void bind_dense(py::module_& m);

namespace {

void bind_rng(py::module_& m) {
    m.def("philox4x32", &philox4x32, py::arg("counter"), py::arg("key"),
          "One block of Philox4x32-10: four 32-bit words of counter (4) and key (2).");
    py::class_<Rng>(m, "Rng", "A stream of random numbers; key = seed.")
        .def(py::init<std::uint64_t, std::uint64_t>(), py::arg("seed"), py::arg("subsequence") = 0)
        .def_static(
            "of",
            [](std::uint64_t seed, const std::string& purpose, std::uint64_t entity) {
                return Rng(seed, purpose, entity);
            },
            py::arg("seed"), py::arg("purpose"), py::arg("entity") = 0,
            "The stream of a purpose and entity.")
        .def("next_u32", &Rng::next_u32, "32 random bits.")
        .def("next_u64", &Rng::next_u64, "64 random bits.")
        .def("uniform", &Rng::uniform, "Uniform in [0, 1).")
        .def("normal", &Rng::normal, "Standard normal.")
        .def("below", &Rng::below, py::arg("bound"), "Uniform in 0 … bound-1.")
        .def(
            "permutation",
            [](Rng& rng, std::size_t count) {
                std::vector<std::size_t> items(count);
                for (std::size_t i = 0; i < count; ++i)
                    items[i] = i;
                rng.shuffle(std::span(items));
                return items;
            },
            py::arg("count"), "0 … count-1 shuffled.");
}

/// `with PollProbe() as probe:` around calls.
void bind_probe(py::module_& m) {
    py::class_<PollProbe>(m, "PollProbe",
                          "For tests: counts how often the calls inside ask whether to stop, and\n"
                          "raises KeyboardInterrupt at one of these times, from 1.")
        .def(py::init([](std::size_t interrupt_at) { return PollProbe{interrupt_at, 0, 0, 0}; }),
             py::arg("interrupt_at") = 0)
        .def("__enter__",
             [](PollProbe& probe) -> PollProbe& {
                 poll_probe = &probe;
                 return probe;
             })
        .def("__exit__", [](PollProbe&, const py::args&) { poll_probe = nullptr; })
        .def_readonly("polls", &PollProbe::polls)
        .def_readonly("longest_ms", &PollProbe::longest_ms,
                      "CPU time of this thread between two polls.");
}

void bind_statistics(py::module_& m) {
    m.def(
        "median", [](const Array<double>& v) { return median(view(v)); }, py::arg("values"),
        "Median of a sample.");
    m.def(
        "quantile", [](const Array<double>& v, double q) { return quantile(view(v), q); },
        py::arg("values"), py::arg("q"), "Quantile, type 7.");
    m.def(
        "median_absolute_deviation",
        [](const Array<double>& v) { return median_absolute_deviation(view(v)); },
        py::arg("values"), "Unscaled median absolute deviation.");
    m.def(
        "robust_deviation", [](const Array<double>& v) { return robust_deviation(view(v)); },
        py::arg("values"), "Standard deviation as the median absolute deviation says it.");
    m.def(
        "robust_scale", [](const Array<double>& v) { return robust_scale(view(v)); },
        py::arg("residuals"), "The same about 0.");
    m.def(
        "huber_weights",
        [](const Array<double>& v, double corner, double least) {
            return to_numpy(huber_weights(view(v), corner, least));
        },
        py::arg("residuals"), py::arg("corner"), py::arg("least"),
        "Huber's weights against `corner` robust scales of at least `least`.");
    m.def(
        "average_ranks", [](const Array<double>& v) { return to_numpy(average_ranks(view(v))); },
        py::arg("values"), "Ranks from 1; ties get their mean rank.");
}

void bind_device_text(py::module_& m) {
    m.def("current_device_text", &current_device_text, py::arg("text"),
          "The text of a device as this version writes it; other texts stay as they are.");
    m.def("is_device_text", &is_device_text, py::arg("text"),
          "Whether it is the canonical text of a device, of this version or an earlier one.");
    m.def("different_devices", &different_devices, py::arg("first"), py::arg("second"),
          "Whether both name a device, and not the same one.");
}

}  // namespace

void bind_base(py::module_& m) {
    bind_rng(m);
    bind_device_text(m);
    bind_statistics(m);
    bind_dense(m);
    bind_probe(m);
    m.attr("least_sqlite") = py::make_tuple(least_sqlite[0], least_sqlite[1], least_sqlite[2]);
    m.def("python_names", &python_names,
          "(module, attribute) of everything in Python that is called by name; an empty attribute: "
          "the module.");
    m.def(
        "shown", [](const py::object& value) { return value_shown(value); }, py::arg("value"),
        "A value as messages show it: short, and without running code of its class.");
    m.def("free_memory_bytes", &free_memory_bytes, "Bytes that this process may still take.");
    m.def(
        "hash64",
        [](const py::bytes& data) { return Hash64().bytes(std::string_view(data)).digest(); },
        py::arg("data"), "Portable 64-bit hash.");
    m.attr("told_bytes") = told_bytes;
    m.def(
        "content_kind",
        [](const py::bytes& start) { return content_kind(std::string_view(start)); },
        py::arg("start"),
        "What a file with these first bytes is, as 'an SQLite database'; '' where they do not "
        "say.");
    m.def(
        "did_you_mean",
        [](const std::string& given, const std::vector<std::string>& known) {
            return did_you_mean(given, known);
        },
        py::arg("given"), py::arg("known"),
        "\"; did you mean 'macs'?\" for the end of a message; '' where no known name is near.");
    m.def(
        "write_file",
        [](const std::string& path, const py::bytes& content) {
            write_file(path, std::string_view(content));
        },
        py::arg("path"), py::arg("content"),
        "Replace a file at once, or not at all. Raises StorageError.");
    m.def(
        "parallel_for",
        [](std::size_t count, std::size_t grain, int threads, const py::function& body) {
            const Cancellable cancellable;
            parallel_for(count, grain, threads, [&body](std::size_t begin, std::size_t end) {
                const HostFloatMode host;
                const py::gil_scoped_acquire gil;
                body(begin, end);
            });
        },
        py::arg("count"), py::arg("grain"), py::arg("threads"), py::arg("body"),
        "Calls body(begin, end) on chunks of at most `grain` of `count` items.");
}

}  // namespace latpred::bindings
