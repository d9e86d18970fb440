#include "bindings/spaces.hpp"
#include "bindings/python_names.hpp"
#include "bindings/spaces_docs.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "base/numbers.hpp"
#include "base/text.hpp"
#include "spaces/cost_tables.hpp"
#include "spaces/enumeration.hpp"
#include "spaces/registry.hpp"
#include "spaces/text_form.hpp"

namespace latpred::bindings {
namespace {

py::object choice_object(const Gene& gene, GeneValue index) {
    const auto i = static_cast<std::size_t>(index);
    if (!gene.labels.empty())
        return py::str(gene.labels[i]);
    const double number = gene.values[i];
    const auto whole = whole_number<std::int64_t>(number);
    return whole ? py::object(py::int_(*whole)) : py::object(py::float_(number));
}

py::dict to_dict(const Space& space, std::span<const GeneValue> row) {
    py::dict dict;
    for (const std::string& key : space.family().unused_keys())
        dict[py::str(key)] = py::none();
    for (std::size_t column = 0; column < row.size(); ++column) {
        const Gene& gene = space.genes()[column];
        const py::str group(gene.group);
        if (!dict.contains(group))
            dict[group] = py::list();
        dict[group].cast<py::list>().append(choice_object(gene, row[column]));
    }
    return dict;
}

py::list to_dicts(const Architectures& archs) {
    const Watched watched;
    Pulse pulse(256);
    py::list dicts;
    for (std::size_t i = 0; i < archs.size(); ++i) {
        pulse();
        dicts.append(to_dict(archs.space(), archs.row(i)));
    }
    return dicts;
}

std::vector<std::string> to_texts(const Architectures& archs) {
    const Watched watched;
    Pulse pulse(1024);
    std::vector<std::string> texts(archs.size());
    for (std::size_t i = 0; i < texts.size(); ++i) {
        pulse();
        texts[i] = to_text(archs.space(), archs.row(i));
    }
    return texts;
}

/// Rows by integer, slice, boolean mask or integer array, as NumPy's first axis.
std::vector<std::size_t> chosen_rows(const Architectures& archs, const py::object& index) {
    const py::object rows = python(PythonName::arange)(archs.size()).attr("__getitem__")(index);
    if (rows.attr("ndim").cast<int>() > 1)  // of True and None, which NumPy makes an axis of
        throw py::index_error("architectures: an integer, a slice, a mask or a list of integers "
                              "expected as index");
    const Array<std::int64_t> flat = python(PythonName::atleast_1d)(rows);
    return {flat.data(), flat.data() + flat.size()};
}

py::dict count(const Space& space, const py::object& given, int threads, const SharedSpace& self) {
    (void)space;
    const Architectures archs = to_architectures(self, given);
    std::vector<Costs> costs;
    {
        const Cancellable cancellable;
        costs = count_costs(archs, threads);
    }
    py::dict result;
    const auto column = [&](const char* name, std::int64_t Costs::* member) {
        std::vector<std::int64_t> values(costs.size());
        std::transform(costs.begin(), costs.end(), values.begin(),
                       [&](const Costs& c) { return c.*member; });
        result[name] = to_numpy(std::move(values));
    };
    column("macs", &Costs::macs);
    column("params", &Costs::params);
    column("bytes", &Costs::bytes);
    column("peak_bytes", &Costs::peak_bytes);
    column("kernels", &Costs::kernels);
    return result;
}

py::class_<Gene> bind_gene(py::module_& m) {
    py::class_<Gene> cls(m, "Gene", gene_doc);
    cls.def_readonly("group", &Gene::group,
                     "Name of the list that holds it in the dict form, e.g. 'ks'.")
        .def_readonly("slot", &Gene::slot, "Index in that list.")
        .def_readonly("unit", &Gene::unit,
                      "Number of the unit; -1 where it decides the whole network.")
        .def_readonly("layer", &Gene::layer,
                      "Number of the layer within the unit; -1 where it decides the whole unit.")
        .def_property_readonly("name", &Gene::name, "Name, e.g. 'ks[3]'.")
        .def_property_readonly(
            "choices",
            [](const Gene& gene) {
                py::list all;
                for (int i = 0; i < gene.choices(); ++i)
                    all.append(choice_object(gene, static_cast<GeneValue>(i)));
                return all;
            },
            "The choices in order of their index.")
        .def("__repr__", [](const Gene& gene) { return "Gene(" + gene.name() + ")"; });
    return cls;
}

void bind_architectures(py::class_<Architectures>& cls) {
    cls.def("__len__", &Architectures::size)
        .def_property_readonly(
            "shape",
            [](const Architectures& archs) {
                return py::make_tuple(archs.size(), archs.columns());
            },
            "(N, G), by which scikit-learn knows that rows can be chosen.")
        .def_property_readonly(
            "genes",
            [](const Architectures& archs) {
                std::vector<GeneValue> copy(archs.genes().begin(), archs.genes().end());
                return to_numpy(std::move(copy), {static_cast<py::ssize_t>(archs.size()),
                                                  static_cast<py::ssize_t>(archs.columns())});
            },
            "N x G int16 matrix of choice indices; inactive genes are 0.")
        .def_property_readonly(
            "space",
            [](const Architectures& archs) {
                return std::const_pointer_cast<Space>(archs.space_ptr());
            },
            "The space these architectures belong to.")
        .def_property_readonly(
            "hashes",
            [](const Architectures& archs) {
                const Watched watched;
                return to_numpy(archs.hashes());
            },
            "N uint64: portable hash of space name and genes, without width.")
        .def("to_dicts", &to_dicts, "The originals' dict form, one dict an architecture.")
        .def("to_strings", &to_texts, "Canonical text, one string an architecture.")
        .def(
            "graph",
            [](const Architectures& archs, std::size_t row) {
                if (row >= archs.size())
                    throw py::index_error(message("architecture ", row, " of ", archs.size()));
                return archs.space().lower(archs.row(row));
            },
            py::arg("row") = 0, "The op graph of architecture number `row`.")
        .def(
            "__getitem__",
            [](const Architectures& archs, const py::object& index) {
                return archs.select(chosen_rows(archs, index));
            },
            py::arg("index"), "Rows by integer, slice, mask or integer array; always a batch.")
        .def(
            "__iter__",
            [](const py::object& self) {
                return py::reinterpret_steal<py::typing::Iterator<Architectures>>(
                    PySeqIter_New(self.ptr()));
            },
            "Batches of one row, in order.")
        .def(
            "__add__",
            [](const Architectures& a, const Architectures& b) {
                Architectures both = a;
                both.append(b);
                return both;
            },
            py::arg("others"), "Both batches, one after the other.")
        .def(
            "__eq__",
            [](const Architectures& a, const py::object& other) {
                if (!py::isinstance<Architectures>(other))
                    return false;
                const auto& b = other.cast<const Architectures&>();
                return a.space().same_family(b.space()) && std::ranges::equal(a.genes(), b.genes());
            },
            py::arg("other"));
    cls.attr("__hash__") = py::none();
}

py::int_ number(const Natural& value) {
    return py::int_(py::str(value.text()));
}

void bind_space_info(py::class_<Space, SharedSpace>& cls) {
    cls.def_property_readonly("name", &Space::name, "Name in the registry.")
        .def_property_readonly(
            "family", [](const Space& s) { return s.family().name(); },
            "Name of the unrestricted space.")
        .def_property_readonly(
            "width", [](const Space& s) { return s.family().options().width; },
            "Channel multiplier of a supernet, channels of the first cells, or None.")
        .def_property_readonly(
            "depth", [](const Space& s) { return s.family().options().depth; },
            "Number of cells where it is a setting, or None.")
        .def_property_readonly(
            "resolutions", [](const Space& s) { return s.family().options().resolutions; },
            "Input sizes in pixels that a gene chooses, or None.")
        .def_property_readonly(
            "image_size", [](const Space& s) { return s.family().options().image_size; },
            "Input size in pixels where no gene chooses it, or None.")
        .def_property_readonly(
            "definition", [](const Space& s) { return s.family().definition(); },
            "The description of a user's own space as JSON; empty for built-in ones.")
        .def_property_readonly(
            "classes", [](const Space& s) { return s.family().options().classes; },
            "Outputs of the classifier where they are a setting, or None.")
        .def_property_readonly(
            "genes", [](const Space& s) { return s.genes(); }, "The G genes in column order.")
        .def_property_readonly(
            "part_sizes",
            [](const Space& s) {
                py::typing::List<py::int_> sizes;
                for (const Natural& size : part_sizes(s))
                    sizes.append(number(size));
                return sizes;
            },
            "Numbers of choices of the independent parts. Counted, not listed; ConfigError where\n"
            "bans tie too many genes.")
        .def_property_readonly(
            "size", [](const Space& s) { return number(space_size(s)); },
            "Number of different networks, resolutions included: the product of part_sizes.")
        .def("same_family", &Space::same_family, py::arg("other"),
             "Whether models of one of the two spaces work in the other.")
        .def(
            "__eq__",
            [](const Space& a, const py::object& other) {
                if (!py::isinstance<Space>(other))
                    return false;
                const auto& b = other.cast<const Space&>();
                return a.name() == b.name() && a.same_family(b) &&
                       a.restriction() == b.restriction();
            },
            py::arg("other"))
        .def("__hash__", [](const Space& s) { return py::hash(py::str(s.description())); });
}

void bind_space(py::class_<Space, SharedSpace>& cls) {
    bind_space_info(cls);
    cls.def(
           "sample",
           [](const SharedSpace& s, std::size_t count, std::uint64_t seed, bool unique) {
               return sample(s, count, seed, unique);
           },
           py::arg("count"), py::kw_only(), py::arg("seed") = 0, py::arg("unique") = false,
           Release(),
           "Architectures drawn uniformly slot by slot; row i depends on (seed, i) only.\n\n"
           "With `unique` no network comes twice; ConfigError where there are not so many.")
        .def(
            "architectures",
            [](const SharedSpace& s, const py::object& given) {
                return to_architectures(s, given);
            },
            py::arg("given"),
            "From dicts (the originals' form), strings or an N x G integer array.\n\n"
            "Raises ArchitectureError naming the row, the gene, its value and what was expected.")
        .def(
            "count",
            [](const SharedSpace& s, const py::object& archs, int threads) {
                return count(*s, archs, threads, s);
            },
            py::arg("archs"), py::kw_only(), py::arg("threads") = 1,
            "Costs for one image in float32: N-vectors macs, params, bytes, peak_bytes, kernels.")
        .def(
            "enumerate",
            [](const SharedSpace& s, std::size_t limit) { return enumerate(s, limit); },
            py::kw_only(), py::arg("limit") = 2000000, Release(),
            "Every network once; ConfigError where there are more than `limit`.");
}

}  // namespace

void bind_spaces(py::module_& m) {
    py::class_<Gene> gene = bind_gene(m);
    py::class_<Space, SharedSpace> space(m, "Space", space_doc);
    py::class_<Architectures> archs(m, "Architectures", architectures_doc);
    bind_space(space);
    bind_restrict(space);
    bind_variation(space);
    bind_places(space, archs);
    bind_architectures(archs);
    bind_pickles(gene, space, archs);
    bind_shown(space, archs);
    bind_objective(m);
    bind_nas_bench(m);
    bind_nds(m);
    bind_making(m);
}

}  // namespace latpred::bindings
