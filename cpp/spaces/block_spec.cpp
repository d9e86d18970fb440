#include "spaces/block_spec.hpp"

#include <algorithm>
#include <array>
#include <functional>
#include <limits>
#include <map>
#include <nlohmann/json.hpp>

#include "spaces/gene.hpp"
#include "spaces/json_fields.hpp"

namespace latpred {
namespace {

using nlohmann::json;

constexpr int most = std::numeric_limits<int>::max();
constexpr int largest_resolution = 65535;  // its pixels enter hashes as 16 bits
constexpr std::size_t most_choices = std::numeric_limits<GeneValue>::max();
constexpr std::int64_t most_blocks = 4096;
constexpr std::size_t most_choices_together = 1000000;  // of all genes

constexpr std::array<const char*, 4> block_names{"conv", "mbconv", "basic", "bottleneck"};
constexpr std::array<Activation, 6> block_activations{Activation::none,  Activation::relu,
                                                      Activation::relu6, Activation::h_swish,
                                                      Activation::swish, Activation::gelu};

template <class T>
bool ascending(const std::vector<T>& values, T least) {
    return !values.empty() && values.size() <= most_choices && values.front() >= least &&
           std::adjacent_find(values.begin(), values.end(), std::greater_equal<>()) == values.end();
}

void read_activation(JsonFields& fields, Activation& activation) {
    std::string name(to_string(activation));
    const auto find = [](const std::string& text) {
        return std::find_if(block_activations.begin(), block_activations.end(),
                            [&](Activation each) { return to_string(each) == text; });
    };
    std::vector<std::string> names;
    for (const Activation each : block_activations)
        names.emplace_back(to_string(each));
    fields.read_name("activation", name, names);
    activation = *find(name);
}

void read_number(JsonFields& fields, const char* key, int& target, int least) {
    fields.read<int>(key, target, message("an integer of at least ", least),
                     [least](int value) { return value >= least; });
}

void read_kernel(JsonFields& fields, int& kernel) {
    fields.read<int>("kernel", kernel, "an odd integer",
                     [](int value) { return value >= 1 && value % 2 == 1; });
}

UnitSpec read_unit(const json& object, const std::string& where) {
    JsonFields fields(object, where);
    UnitSpec unit;
    fields.read<std::string>("name", unit.name, "a text", [](const std::string&) { return true; });
    std::string block = "mbconv";
    const auto find = [](const std::string& text) {
        return std::find(block_names.begin(), block_names.end(), text);
    };
    fields.read_name("block", block, {block_names.begin(), block_names.end()});
    unit.block = static_cast<BlockKind>(find(block) - block_names.begin());
    const auto positive = [](const std::vector<int>& v) { return ascending(v, 1); };
    const std::string list =
        message("ascending positive integers up to ", most, " (1 to ", most_choices, " of them)");
    fields.read<std::vector<int>>("depth", unit.depth, list, positive);
    if (fields.child("channels") == nullptr)
        refuse(where, "key 'channels' is missing");
    fields.read<std::vector<int>>("channels", unit.channels, list, positive);
    fields.read<std::vector<int>>("kernel", unit.kernel, "ascending odd integers (at least one)",
                                  [](const std::vector<int>& v) {
                                      return ascending(v, 1) &&
                                             std::all_of(v.begin(), v.end(),
                                                         [](int k) { return k % 2 == 1; });
                                  });
    fields.read<std::vector<double>>(
        "expand", unit.expand, "ascending positive numbers (at least one)",
        [](const std::vector<double>& v) { return ascending(v, 0.0) && v.front() > 0; });
    read_number(fields, "stride", unit.stride, 1);
    fields.read<int>("groups", unit.groups, "a positive integer; above 1 for conv only",
                     [&](int n) { return n == 1 || (n > 1 && unit.block == BlockKind::conv); });
    read_activation(fields, unit.activation);
    fields.read<bool>("squeeze_excite", unit.squeeze_excite, "true or false; true for mbconv only",
                      [&](bool on) { return !on || unit.block == BlockKind::mbconv; });
    fields.done();
    return unit;
}

StemSpec read_stem(const json& object) {
    JsonFields fields(object, "stem");
    StemSpec stem;
    read_number(fields, "channels", stem.channels, 1);
    read_kernel(fields, stem.kernel);
    read_number(fields, "stride", stem.stride, 1);
    fields.read<bool>("max_pool", stem.max_pool, "true or false", [](bool) { return true; });
    read_activation(fields, stem.activation);
    fields.done();
    return stem;
}

HeadSpec read_head(const json& object) {
    JsonFields fields(object, "head");
    HeadSpec head;
    read_number(fields, "channels", head.channels, 0);
    read_number(fields, "classes", head.classes, 1);
    read_activation(fields, head.activation);
    fields.done();
    return head;
}

void require_divisible(const UnitSpec& unit, const std::vector<int>& channels,
                       const std::string& where) {
    for (int count : channels) {
        if (count % unit.groups != 0)
            refuse(where + ".groups", message(unit.groups, " groups do not divide ", count,
                                              " channels; a common divisor expected"));
    }
}

/// What only shows between units: names that come twice, groups that do not fit what comes in.
void check_units(const BlockSpec& spec) {
    std::map<std::string, std::size_t> names;
    std::vector<int> incoming{spec.stem.channels};
    for (std::size_t i = 0; i < spec.units.size(); ++i) {
        const UnitSpec& unit = spec.units[i];
        const std::string where = message("units[", i, "]");
        const auto [first, fresh] = names.emplace(unit.name, i);
        if (!fresh && !unit.name.empty())
            refuse(where + ".name", message("'", unit.name, "' is the name of units[",
                                            first->second, "] already; another expected"));
        require_divisible(unit, incoming, where);
        require_divisible(unit, unit.channels, where);
        incoming = unit.channels;
    }
}

/// Before genes are made of it.
void check_sizes(const BlockSpec& spec) {
    std::int64_t blocks = 0;
    std::size_t choices = spec.resolutions.size();
    for (const UnitSpec& unit : spec.units) {
        blocks += unit.depth.back();
        if (blocks > most_blocks)
            refuse("space.units", message(blocks, " blocks, at most ", most_blocks, " expected"));
        choices +=
            unit.depth.size() + unit.channels.size() +
            static_cast<std::size_t>(unit.depth.back()) * (unit.kernel.size() + unit.expand.size());
    }
    if (choices > most_choices_together) {
        refuse("space.units", message("genes of ", choices, " choices together, at most ",
                                      most_choices_together, " expected"));
    }
}

/// Side of the plane behind a window padded by half its kernel.
int strided(int side, int stride, const std::string& where, int resolution) {
    if (side < stride) {
        refuse(where + ".stride",
               message(stride, " on a plane of ", side, " x ", side, " at resolution ", resolution,
                       "; fewer strides or larger resolutions expected"));
    }
    return (side - 1) / stride + 1;
}

/// The smallest input must not shrink below a stride.
void check_planes(const BlockSpec& spec) {
    const int resolution = spec.resolutions.front();
    int side = strided(resolution, spec.stem.stride, "stem", resolution);
    if (spec.stem.max_pool)
        side = strided(side, 2, "stem.max_pool", resolution);
    for (std::size_t i = 0; i < spec.units.size(); ++i)
        side = strided(side, spec.units[i].stride, message("units[", i, "]"), resolution);
}

}  // namespace

BlockSpec parse_block_spec(const std::string& text) {
    json object;
    if (const std::string wrong = read_json(text, object); !wrong.empty())
        refuse("space description", wrong);
    JsonFields fields(object, "space");
    BlockSpec spec;
    fields.read<std::string>("name", spec.name, "a name",
                             [](const std::string& name) { return !name.empty(); });
    if (spec.name.empty())
        refuse("space", "key 'name' is missing");
    if (fields.child("resolutions") == nullptr)
        refuse("space", "key 'resolutions' is missing");
    fields.read<std::vector<int>>("resolutions", spec.resolutions,
                                  message("ascending positive integers up to ", largest_resolution,
                                          " (1 to ", most_choices, " of them)"),
                                  [](const std::vector<int>& v) {
                                      return ascending(v, 1) && v.back() <= largest_resolution;
                                  });
    fields.read<double>("eps", spec.eps, "a positive number", [](double eps) { return eps > 0; });
    if (const json* stem = fields.child("stem"))
        spec.stem = read_stem(*stem);
    if (const json* head = fields.child("head"))
        spec.head = read_head(*head);
    const json* units = fields.child("units");
    if (units == nullptr || !units->is_array() || units->empty())
        refuse("space.units", "a list of at least one unit expected");
    for (const json& unit : *units)
        spec.units.push_back(read_unit(unit, message("units[", spec.units.size(), "]")));
    fields.done();
    check_sizes(spec);
    check_units(spec);
    check_planes(spec);
    return spec;
}

std::string to_json(const BlockSpec& spec) {
    json units = json::array();
    for (const UnitSpec& unit : spec.units) {
        units.push_back({{"name", unit.name},
                         {"block", block_names.at(static_cast<std::size_t>(unit.block))},
                         {"depth", unit.depth},
                         {"channels", unit.channels},
                         {"kernel", unit.kernel},
                         {"expand", unit.expand},
                         {"stride", unit.stride},
                         {"groups", unit.groups},
                         {"activation", to_string(unit.activation)},
                         {"squeeze_excite", unit.squeeze_excite}});
    }
    const json all{{"name", spec.name},
                   {"resolutions", spec.resolutions},
                   {"eps", spec.eps},
                   {"stem",
                    {{"channels", spec.stem.channels},
                     {"kernel", spec.stem.kernel},
                     {"stride", spec.stem.stride},
                     {"max_pool", spec.stem.max_pool},
                     {"activation", to_string(spec.stem.activation)}}},
                   {"units", units},
                   {"head",
                    {{"channels", spec.head.channels},
                     {"classes", spec.head.classes},
                     {"activation", to_string(spec.head.activation)}}}};
    return all.dump();
}

}  // namespace latpred
