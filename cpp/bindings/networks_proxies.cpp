// Zero-cost proxies of networks.
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/text.hpp"
#include "bindings/networks.hpp"
#include "networks/zero_cost.hpp"
#include "networks/zero_cost_scaling.hpp"

namespace latpred::bindings {
namespace {

std::vector<Proxy> proxies_named(const std::vector<std::string>& names) {
    std::vector<Proxy> proxies;
    for (const std::string& name : names)
        proxies.push_back(proxy_named(name));
    return proxies;
}

ProxyQuery query_of(const std::vector<std::string>& names,
                    const std::optional<Array<float>>& images,
                    const std::optional<Array<std::int64_t>>& labels, std::int64_t batch,
                    std::uint64_t seed) {
    ProxyQuery query;
    query.proxies = proxies_named(names);
    query.seed = seed;
    query.batch = batch;
    if (images) {
        query.images.assign(images->data(), images->data() + images->size());
        query.image = {static_cast<int>(images->shape(1)), static_cast<int>(images->shape(2)),
                       static_cast<int>(images->shape(3))};
    }
    if (labels)
        query.labels.assign(labels->data(), labels->data() + labels->size());
    return query;
}

py::array_t<double> proxy_table(const Architectures& archs, const std::vector<std::string>& names,
                                const std::optional<Array<float>>& images,
                                const std::optional<Array<std::int64_t>>& labels,
                                std::int64_t batch, std::uint64_t seed, int threads) {
    const ProxyQuery query = query_of(names, images, labels, batch, seed);
    std::vector<double> values;
    {
        const Cancellable cancellable;
        PythonMonitor monitor(std::nullopt);
        values = proxy_values(archs, query, threads, monitor);
    }
    return to_numpy(std::move(values), {static_cast<py::ssize_t>(archs.size()),
                                        static_cast<py::ssize_t>(names.size())});
}

void bind_scaling(py::module_& m) {
    py::class_<ProxyScaling>(m, "ProxyScaling", "Zero-cost proxies brought to one scale.")
        .def(py::init([](const std::vector<std::string>& names, const Array<double>& values) {
                 return ProxyScaling(proxies_named(names), view(values));
             }),
             py::arg("names"), py::arg("values"), "Scaled by these N x P values.")
        .def(
            "apply",
            [](const ProxyScaling& scaling, const Array<double>& values) {
                const auto width = static_cast<py::ssize_t>(scaling.proxies().size());
                return to_numpy(scaling.apply(view(values)), {values.size() / width, width});
            },
            py::arg("values"), "N x P float32.");
}

}  // namespace

void bind_proxies(py::module_& m) {
    bind_scaling(m);
    m.def(
        "proxy_names",
        [] {
            std::vector<std::string> names;
            for (const std::string_view name : proxy_names())
                names.emplace_back(name);
            return names;
        },
        "Names of all zero-cost proxies.");
    m.def(
        "proxy_parameters",
        [](const OpGraph& graph, std::uint64_t seed, bool zen) {
            return to_arrays(collect_parameters(graph, *proxy_parameters(seed, zen)));
        },
        py::arg("graph"), py::kw_only(), py::arg("seed"), py::arg("zen"),
        "What proxies begin with, float32 arrays by name; of zen, or of the others.");
    m.def(
        "proxy_images",
        [](const OpGraph& graph, std::int64_t batch, std::uint64_t seed) {
            const Shape& from = graph.input_shape();
            std::vector<py::array_t<float>> drawn;
            for (const std::string_view stream :
                 {std::string_view("proxy images"), zen_streams[0], zen_streams[1]})
                drawn.push_back(to_numpy(proxy_images(from, batch, seed, stream),
                                         {batch, from.channels, from.height, from.width}));
            return drawn;
        },
        py::arg("graph"), py::kw_only(), py::arg("batch"), py::arg("seed"),
        "Images that are drawn where none are given; those of zen, and what is mixed into them.");
    m.def("proxy_labels", &proxy_labels, py::arg("batch"), py::arg("classes"), py::arg("seed"),
          "Labels that are drawn where none are given.");
    m.def("proxy_values", &proxy_table, py::arg("archs"), py::arg("names"), py::kw_only(),
          py::arg("images") = py::none(), py::arg("labels") = py::none(), py::arg("batch") = 16,
          py::arg("seed") = 0, py::arg("threads") = 1,
          "N x P float64, NaN where a formula gives no finite number.");
}

}  // namespace latpred::bindings
