#include "neural/nasflat.hpp"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <utility>

#include "base/error.hpp"
#include "base/text.hpp"

namespace latpred {
namespace {

using Json = nlohmann::json;

constexpr std::size_t operation_width = 40;
constexpr std::size_t device_width = 8;
constexpr std::size_t gate_width = operation_width + device_width;
constexpr std::size_t node_width = 48;
constexpr std::size_t first_width = 96;
constexpr std::size_t head_width = 200;
constexpr std::size_t branch_width = 128;
constexpr std::size_t published_features = 13;

class NasflatLayers {
  public:
    NasflatLayers(const NasflatSettings& settings, const DeviceInput& input, std::size_t devices)
        : s_(settings), widths_(input.widths()), devices_(std::max(devices, settings.devices)) {
        const auto nodes = widths_.find("nodes");
        if (nodes == widths_.end())
            throw ConfigError(message("nasflat: an input with graphs expected, got '",
                                      excerpt(input.form()), "'"));
        numbered_ = input.form() == "cell" || input.form() == "bag";
    }

    std::string text() {
        const Json inputs = read_inputs();
        add_gate();
        add_refinement();
        add_readout();
        add_head();
        return Json{{"inputs", inputs}, {"layers", layers_}}.dump();
    }

  private:
    void add(Json layer) { layers_.push_back(std::move(layer)); }

    [[nodiscard]] Json read_inputs() const {
        Json inputs{{"nodes", widths_.at("nodes")}, {"device", 1}};
        if (reads_costs())
            inputs["costs"] = widths_.at("costs");
        if (widths_.contains("features"))
            inputs["features"] = widths_.at("features");
        return inputs;
    }

    [[nodiscard]] bool reads_costs() const { return s_.costs && widths_.contains("costs"); }

    /// "e": of each node what opens the gates.
    void add_gate() {
        const std::size_t width = s_.operation_wise ? operation_width : gate_width;
        if (numbered_)
            add({{"kind", "embedding"},
                 {"name", "operation"},
                 {"from", "nodes"},
                 {"columns", {0}},
                 {"count", s_.operations},
                 {"width", width}});
        else
            add({{"kind", "linear"}, {"name", "operation"}, {"from", "nodes"}, {"width", width}});
        add({{"kind", "embedding"},
             {"name", "hardware"},
             {"from", "device"},
             {"count", devices_},
             {"width", device_width}});
        std::string all = "operation";
        if (s_.operation_wise) {
            all = "both";
            add({{"kind", "concat"}, {"name", all}, {"from", {"operation", "hardware"}}});
        }
        const char* first = numbered_ ? "zero" : "keep";
        const char* last = numbered_ ? "learned" : "keep";
        add({{"kind", "ends"}, {"name", "e"}, {"from", all}, {"first", first}, {"last", last}});
    }

    /// Layers over the graph, ReLU between: the name of the last one's values.
    std::string add_graph(const std::string& name, std::size_t count, const std::string& gate) {
        std::string before = "x";
        for (std::size_t i = 0; i < count; ++i) {
            const std::string now = message(name, i);
            std::vector<std::string> parts;
            if (s_.graph != "attention") {
                parts.push_back(now + "flow");
                add({{"kind", "dgf"},
                     {"name", parts.back()},
                     {"from", before},
                     {"gate", gate},
                     {"width", s_.width},
                     {"self_loops", s_.flow_self_loops}});
            }
            if (s_.graph != "flow") {
                parts.push_back(now + "attention");
                add({{"kind", "gat"},
                     {"name", parts.back()},
                     {"from", before},
                     {"gate", gate},
                     {"width", s_.width},
                     {"self_loops", s_.self_loops},
                     {"mask", s_.mask}});
            }
            add({{"kind", "average"},
                 {"name", now},
                 {"from", parts},
                 {"activation", i + 1 < count ? "relu" : "none"}});
            before = now;
        }
        return before;
    }

    /// Effective time steps are 2: what a first pass says of the whole graph enters each gate.
    void add_refinement() {
        add({{"kind", "constant"}, {"name", "node"}, {"width", node_width}});
        add({{"kind", "ends"}, {"name", "place"}, {"from", "node"}, {"first", "learned"}});
        add({{"kind", "linear"}, {"name", "x"}, {"from", "place"}, {"width", first_width}});
        add({{"kind", "last"}, {"name", "end"}, {"from", add_graph("refining", 2, "e")}});
        add({{"kind", "mlp"},
             {"name", "told"},
             {"from", "end"},
             {"hidden", {s_.width, s_.width}},
             {"width", s_.width}});
        add({{"kind", "concat"}, {"name", "known"}, {"from", {"e", "told"}}});
        add({{"kind", "mlp"},
             {"name", "refined"},
             {"from", "known"},
             {"hidden", {s_.width}},
             {"width", gate_width}});
    }

    void add_readout() {
        Json mean{{"kind", "mean"},
                  {"name", "mean"},
                  {"from", add_graph("main", 3, "refined")},
                  {"drop_first", numbered_}};
        if (s_.drop_unused && numbered_)
            mean["drop_where"] = 1;
        add(std::move(mean));
    }

    void add_branch(const std::string& from) {
        add({{"kind", "mlp"},
             {"name", "beside"},
             {"from", from},
             {"hidden", {branch_width, branch_width}},
             {"width", gate_width},
             {"rate", s_.dropout}});
    }

    void add_head() {
        std::vector<std::string> read{"mean"};
        if (!s_.operation_wise) {
            add({{"kind", "mlp"},
                 {"name", "machine"},
                 {"from", "hardware"},
                 {"hidden", {gate_width}},
                 {"width", gate_width}});
            read.emplace_back("machine");
        }
        if (reads_costs())
            read.emplace_back("costs");
        if (widths_.contains("features")) {
            add_branch("features");
            read.emplace_back("beside");
        } else if (s_.unused_branch) {  // published: always there, its numbers go nowhere
            std::vector<std::size_t> some(published_features);
            for (std::size_t i = 0; i < some.size(); ++i)
                some[i] = i;
            add({{"kind", "columns"}, {"name", "some"}, {"from", "mean"}, {"columns", some}});
            add_branch("some");
        }
        add({{"kind", "concat"}, {"name", "all"}, {"from", read}});
        add({{"kind", "mlp"},
             {"name", "head"},
             {"from", "all"},
             {"hidden", {head_width, head_width, head_width}},
             {"width", 1},
             {"rate", s_.dropout}});
    }

    const NasflatSettings& s_;
    std::map<std::string, int> widths_;
    std::size_t devices_;
    bool numbered_ = false;
    Json layers_ = Json::array();
};

}  // namespace

void check_nasflat(const NasflatSettings& s) {
    const auto among = [](const std::string& word, std::initializer_list<const char*> known) {
        return std::ranges::find(known, word) != known.end();
    };
    if (!among(s.graph, {"ensemble", "flow", "attention"}))
        throw ConfigError(message("nasflat: graph '", excerpt(s.graph),
                                  "': ensemble, flow or attention expected"));
    if (!among(s.mask, {"edges", "multiply"}))
        throw ConfigError(
            message("nasflat: mask '", excerpt(s.mask), "': edges or multiply expected"));
    if (s.operations == 0 || s.operations > (1U << 20) || s.devices > (1U << 20) ||
        s.width < published_features || s.width > (1U << 14))
        throw ConfigError(message("nasflat: tables of ", s.operations, " operations and ",
                                  s.devices, " devices, layers of ", s.width, " values"));
    if (!(s.dropout >= 0 && s.dropout < 1))
        throw ConfigError(message("nasflat: dropout ", s.dropout, ", from 0 to below 1 expected"));
}

std::string nasflat_stack(const NasflatSettings& settings, const DeviceInput& input,
                          std::size_t devices) {
    return NasflatLayers(settings, input, devices).text();
}

}  // namespace latpred
