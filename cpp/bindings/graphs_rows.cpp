// Op graphs as tables, one dict an operator, and back.
#include "bindings/graphs.hpp"
#include "bindings/pickles.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <tuple>
#include <type_traits>

#include "base/error.hpp"
#include "base/text.hpp"
#include "graphs/checked_graph.hpp"
#include "graphs/costs.hpp"
#include "graphs/graph_builder.hpp"

namespace latpred::bindings {
namespace {

/// Calls `visit(field, value)` for each field of a row but those that are counted anew.
template <class Row, class Visit>
void each_field(Row& row, const Visit& visit) {
    auto& op = row.op;
    auto& w = op.window;
    visit("name", row.name);
    visit("kind", op.kind);
    visit("activation", op.activation);
    visit("inputs", row.inputs);
    visit("shape", std::tie(op.shape.channels, op.shape.height, op.shape.width));
    visit("kernel", std::tie(w.kernel_h, w.kernel_w));
    visit("stride", w.stride);
    visit("stride_w", w.stride_w);
    visit("padding", std::tie(w.pad_top, w.pad_left, w.pad_bottom, w.pad_right));
    visit("dilation", w.dilation);
    visit("groups", w.groups);
    visit("bias", op.bias);
    visit("eps", op.eps);
    visit("ceil_mode", op.ceil_mode);
    visit("count_include_pad", op.count_include_pad);
    visit("transpose_b", op.transpose_b);
    visit("axis", op.axis);
    visit("axes", op.axes);
    visit("permutation", std::tie(op.permutation[0], op.permutation[1], op.permutation[2]));
    visit("vocabulary", op.vocabulary);
    visit("value", op.value);
    visit("border", op.border);
    visit("interpolation", op.interpolation);
    visit("output_padding", std::tie(op.output_padding[0], op.output_padding[1]));
    visit("unit", op.unit);
    visit("layer", op.layer);
}

constexpr std::array<std::string_view, 4> counted{"flat", "kernel_group", "macs", "params"};

template <class T>
py::object shown(const T& value) {
    if constexpr (std::is_enum_v<T>)
        return py::str(std::string(to_string(value)));
    else
        return py::cast(value);
}

py::dict row_of(const OpGraph& graph, const Op& op, bool flat) {
    const std::span<const int> inputs = graph.inputs_of(op);
    const OpRow row{op, op.name(), {inputs.begin(), inputs.end()}};
    py::dict fields;
    each_field(row, [&](const char* name, const auto& value) { fields[name] = shown(value); });
    fields["flat"] = flat;
    fields["kernel_group"] = op.group;
    fields["macs"] = macs_of(graph, op);
    fields["params"] = params_of(graph, op);
    return fields;
}

[[noreturn]] void refuse_field(std::size_t row, std::string_view field, const char* expected) {
    throw SchemaError(message(row_text(row, field), ": ", expected, " expected"));
}

/// Reads the fields of one row; those that it lacks stay at what they are.
class RowReader {
  public:
    RowReader(std::size_t number, const py::dict& given) : number_(number), given_(given) {}

    template <class T>
    void operator()(const char* name, T&& to) const {
        known_.insert(name);
        if (given_.contains(name))
            read(name, given_[name], to);
        else if (std::ranges::count(required_, std::string_view(name)) > 0)
            refuse_field(number_, name, "it is missing; a value");
    }

    void refuse_unknown() const {
        for (const auto& [key, value] : given_) {
            const bool text = py::isinstance<py::str>(key);
            const std::string name = text ? key.cast<std::string>() : "?";
            if (!known_.contains(name) && std::ranges::count(counted, name) == 0)
                refuse_field(number_, name, "no such field; those of layers()");
        }
    }

  private:
    template <class T>
    T cast(const char* name, py::handle value, const char* expected) const {
        try {
            return value.cast<T>();
        } catch (const py::cast_error&) {
            refuse_field(number_, name, expected);
        } catch (const ConfigError& error) {
            throw SchemaError(message(row_text(number_, name), ": ", error.what()));
        }
    }

    void read(const char* name, py::handle value, int& to) const {
        to = cast<int>(name, value, "a whole number");
    }
    void read(const char* name, py::handle value, bool& to) const {
        to = cast<bool>(name, value, "True or False");
    }
    void read(const char* name, py::handle value, double& to) const {
        to = cast<double>(name, value, "a number");
    }
    void read(const char* name, py::handle value, std::string& to) const {
        to = cast<std::string>(name, value, "a text");
    }
    void read(const char* name, py::handle value, std::vector<int>& to) const {
        to = cast<std::vector<int>>(name, value, "a list of whole numbers");
    }
    template <class... Numbers>
    void read(const char* name, py::handle value, const std::tuple<Numbers&...>& to) const {
        const auto numbers = cast<std::vector<int>>(name, value, "a list of whole numbers");
        if (numbers.size() != sizeof...(Numbers))
            refuse_field(number_, name, message(sizeof...(Numbers), " whole numbers").c_str());
        std::apply(
            [&, i = std::size_t{0}](auto&... number) mutable { ((number = numbers[i++]), ...); },
            to);
    }
    template <class Enum>
        requires std::is_enum_v<Enum>
    void read(const char* name, py::handle value, Enum& to) const {
        const auto text = cast<std::string>(name, value, "a text");
        try {
            if constexpr (std::is_same_v<Enum, OpKind>)
                to = op_kind(text);
            else if constexpr (std::is_same_v<Enum, Activation>)
                to = activation_named(text);
            else if constexpr (std::is_same_v<Enum, Border>)
                to = border_named(text);
            else
                to = interpolation_named(text);
        } catch (const ConfigError& error) {
            throw ConfigError(message(row_text(number_, name), ": ", error.what()));
        }
    }

    static constexpr std::array<std::string_view, 4> required_{"name", "kind", "inputs", "shape"};
    std::size_t number_;
    const py::dict& given_;
    mutable std::set<std::string, std::less<>> known_;
};

OpGraph graph_of_rows(const py::iterable& given) {
    std::vector<OpRow> rows;
    for (const py::handle item : given) {
        if (!py::isinstance<py::dict>(item)) {
            throw SchemaError(message("graph: row ", rows.size(), " of type ",
                                      Py_TYPE(item.ptr())->tp_name,
                                      ", a dict of an operator's fields expected"));
        }
        OpRow row;
        const auto fields = py::reinterpret_borrow<py::dict>(item);
        const RowReader reader(rows.size(), fields);
        each_field(row, reader);
        reader.refuse_unknown();
        rows.push_back(std::move(row));
    }
    return checked_graph(rows);
}

}  // namespace

void bind_rows(py::class_<OpGraph>& cls) {
    cls.def(
           "layers",
           [](const OpGraph& graph) {
               py::list rows;
               const std::vector<bool> flat = flat_values(graph);
               for (std::size_t i = 0; i < graph.ops.size(); ++i)
                   rows.append(row_of(graph, graph.ops[i], flat[i]));
               return rows;
           },
           "One dict an operator, in execution order: name, kind, inputs, shape (C, H, W), …; "
           "flat: "
           "whether\nPyTorch has the value as N x C.")
        .def_static("from_layers", &graph_of_rows, py::arg("rows"),
                    R"(The graph of rows as `layers` yields them.

Args:
    rows: One dict an operator, in execution order, with name, kind, inputs (numbers of earlier
        rows) and shape; attributes left out are those of a plain operator. flat, kernel_group,
        macs and params are found anew.

Raises:
    SchemaError: For a field that is missing, unknown or of another type.
    ConfigError: For an unknown kind, an operator that needs a later one (a cycle), and shapes or
        attributes that no operator of that kind has. Messages name row and field.

Example:
    >>> graph = archs[0].graph()
    >>> lp.graphs.OpGraph.from_layers(graph.layers()).layers() == graph.layers()
    True)")
        .def(py::pickle(
            [](const py::object& self) { return py::make_tuple(self.attr("layers")()); },
            [](const py::tuple& state) { return graph_of_rows(entry_of<py::list>(state, 0)); }));
}

}  // namespace latpred::bindings
