#include "encodings/place_level.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

#include "base/index.hpp"
#include "base/text.hpp"
#include "encodings/operator_level.hpp"
#include "graphs/checked.hpp"
#include "spaces/family.hpp"

namespace latpred {
namespace {

/// All enter by their logarithm.
constexpr std::array<std::string_view, 15> place_facts{
    "log_channels_in", "log_height_in",      "log_width_in",    "log_channels",  "log_height",
    "log_width",       "log_kernel",         "log_groups",      "log_operators", "log_kernels",
    "log_macs",        "log_depthwise_macs", "log_vector_macs", "log_params",    "log_bytes"};

/// One piece, as its operators are counted.
struct PieceFacts {
    Shape in{0, 0, 0};
    Shape out{0, 0, 0};
    std::int64_t kernel = 0;  ///< pixels of the largest window of a convolution or pooling
    std::int64_t groups = 0;  ///< most groups
    std::int64_t operators = 0;
    std::int64_t kernels = 0;  ///< fused kernels that begin here
    OperatorWork work;
    std::int64_t depthwise_macs = 0;
    std::int64_t vector_macs = 0;  ///< of convolutions of 1x1 planes and linear layers

    [[nodiscard]] std::array<std::int64_t, place_facts.size()> list() const {
        return {in.channels, in.height,      in.width,    out.channels, out.height,
                out.width,   kernel,         groups,      operators,    kernels,
                work.macs,   depthwise_macs, vector_macs, work.params,  work.bytes};
    }
};

bool has_window(OpKind kind) {
    return kind == OpKind::conv || kind == OpKind::avg_pool || kind == OpKind::max_pool;
}

void count_op(PieceFacts& facts, const OpGraph& graph, const Op& op, bool starts_kernel) {
    const OperatorWork work = work_of(graph, op);
    facts.operators += 1;
    facts.kernels += starts_kernel ? 1 : 0;
    facts.work.macs = plus(facts.work.macs, work.macs);
    facts.work.params = plus(facts.work.params, work.params);
    facts.work.bytes = plus(facts.work.bytes, work.bytes);
    if (has_window(op.kind))
        facts.kernel = std::max(facts.kernel, times(op.window.kernel_h, op.window.kernel_w));
    if (op.kind == OpKind::conv)
        facts.groups = std::max(facts.groups, std::int64_t{op.window.groups});
    if (op.kind == OpKind::conv && op.window.groups > 1 &&
        op.window.groups == graph.input_shape(op).channels)
        facts.depthwise_macs = plus(facts.depthwise_macs, work.macs);
    else if (work.macs > 0 && graph.input_shape(op).height == 1 && graph.input_shape(op).width == 1)
        facts.vector_macs = plus(facts.vector_macs, work.macs);
}

std::vector<PieceFacts> facts_of(const OpGraph& graph, const PlacePieces& pieces) {
    std::vector<PieceFacts> facts(pieces.place.size());
    const std::vector<bool> starts = kernel_starts(graph);
    for (std::size_t i = 0; i < graph.ops.size(); ++i) {
        if (pieces.piece[i] < 0)
            continue;
        PieceFacts& piece = facts[as_index(pieces.piece[i])];
        const Op& op = graph.ops[i];
        if (piece.operators == 0)
            piece.in = graph.input_shape(op);
        if (!pieces.repeats[i])
            piece.out = op.shape;
        count_op(piece, graph, op, starts[i]);
    }
    return facts;
}

}  // namespace

PlaceLevel::PlaceLevel(const Family& family) : family_(family) {
    for (const Place& place : family.places().places())
        add_bits(place);
}

std::size_t PlaceLevel::flag(const std::string& name) {
    const auto found = std::ranges::find(flags_, name);
    const auto at = static_cast<std::size_t>(found - flags_.begin());
    if (found == flags_.end())
        flags_.push_back(name);
    return at;
}

void PlaceLevel::add_bits(const Place& place) {
    const std::vector<Gene>& genes = family_.genes();
    std::vector<Bits>& own = bits_.emplace_back();
    std::vector<int> columns = place.columns;
    const std::span<const int> settings = family_.places().settings();
    columns.insert(columns.end(), settings.begin(), settings.end());
    for (const int column : columns) {
        const Gene& gene = genes[as_index(column)];
        const auto same_group = std::ranges::count_if(columns, [&](int other) {
            return other != place.gate && genes[as_index(other)].group == gene.group;
        });
        if (column == place.gate || same_group > 1 || gene.choices() > most_choices)
            continue;
        Bits& bits = own.emplace_back(Bits{as_index(column), {}});
        for (int i = 0; i < gene.choices(); ++i)
            bits.place.push_back(flag(gene.group + "=" + gene.text(static_cast<GeneValue>(i))));
    }
}

std::vector<std::string> PlaceLevel::feature_names() const {
    std::vector<std::string> names = flags_;
    names.insert(names.end(), place_facts.begin(), place_facts.end());
    return names;
}

std::size_t PlaceLevel::numbers() const {
    return flags_.size() + place_facts.size();
}

void PlaceLevel::features(std::span<const std::int64_t> numbers, std::span<float> out) const {
    for (std::size_t i = 0; i < numbers.size(); ++i) {
        const auto number = static_cast<double>(numbers[i]);
        out[i] = static_cast<float>(i < flags_.size() ? number : std::log1p(number));
    }
}

GraphDrawing PlaceLevel::draw(const OpGraph& graph, std::span<const GeneValue> row) const {
    const PlacePieces pieces = pieces_of(graph, family_.places());
    const std::vector<PieceFacts> facts = facts_of(graph, pieces);
    GraphDrawing drawing;
    drawing.edges = pieces.edges;
    drawing.numbers.reserve(facts.size() * numbers());
    std::vector<int> cut(bits_.size(), 0);  // pieces of each place so far
    for (std::size_t i = 0; i < facts.size(); ++i) {
        const std::size_t number = pieces.place[i];
        const Place& place = family_.places().places()[number];
        const std::size_t before = drawing.numbers.size();
        drawing.numbers.resize(before + flags_.size(), 0);
        drawing.numbers[before] = place.columns.empty() ? 1 : 0;
        for (const Bits& bits : bits_[number])
            drawing.numbers[before + bits.place[as_index(row[bits.column])]] = 1;
        const auto list = facts[i].list();
        drawing.numbers.insert(drawing.numbers.end(), list.begin(), list.end());
        ++cut[number];
        drawing.names.push_back(cut[number] == 1 ? place.name
                                                 : message(place.name, ".", cut[number]));
    }
    return drawing;
}

}  // namespace latpred
