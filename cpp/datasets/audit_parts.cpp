#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "base/error.hpp"
#include "base/text.hpp"
#include "datasets/audit.hpp"

namespace latpred {
namespace {

/// What is known of a part: networks with their devices, and networks whatever their resolution.
struct Known {
    std::map<std::uint64_t, std::set<std::string>> devices;
    std::set<std::uint64_t> bodies;
};

std::uint64_t body_hash(const Space& space, std::span<const GeneValue> row) {
    std::vector<GeneValue> genes(row.begin(), row.end());
    for (std::size_t column = 0; column < genes.size(); ++column) {
        if (space.genes()[column].group == "r")
            genes[column] = 0;
    }
    return space.hash(genes);
}

Known known_of(std::span<const PartTable> tables, std::size_t part) {
    Known known;
    for (const PartTable& table : tables) {
        if (table.part != part)
            continue;
        const Space& space = table.archs->space();
        for (std::size_t i = 0; i < table.archs->size(); ++i) {
            known.devices[space.hash(table.archs->row(i))].insert(table.device);
            known.bodies.insert(body_hash(space, table.archs->row(i)));
        }
    }
    return known;
}

enum Kind : std::size_t { leak, paired, resolution, none };

Kind kind_of(const Known& known, const Space& space, std::span<const GeneValue> row,
             const std::string& device) {
    const auto found = known.devices.find(space.hash(row));
    if (found == known.devices.end())
        return known.bodies.contains(body_hash(space, row)) ? resolution : none;
    const bool same =
        device.empty() || found->second.contains(device) || found->second.contains("");
    return same ? leak : paired;
}

constexpr std::array<std::pair<const char*, const char*>, none> kind_texts{{
    {"leak", "hold networks that are in "},
    {"paired-leak", "hold networks that another device measured in "},
    {"resolution-leak", "differ only in the resolution from networks in "},
}};

void compare(std::span<const std::string> names, std::span<const PartTable> tables,
             std::size_t earlier, std::size_t later, std::vector<Finding>& findings) {
    const Known known = known_of(tables, earlier);
    std::array<std::vector<std::size_t>, none> rows;
    std::size_t count = 0;
    for (const PartTable& table : tables) {
        if (table.part != later)
            continue;
        for (std::size_t i = 0; i < table.archs->size(); ++i, ++count) {
            const Kind kind =
                kind_of(known, table.archs->space(), table.archs->row(i), table.device);
            if (kind != none)
                rows.at(kind).push_back(count);
        }
    }
    for (std::size_t kind = 0; kind < none; ++kind) {
        if (rows.at(kind).empty())
            continue;
        const auto& [name, words] = kind_texts.at(kind);
        const std::string text = message(rows.at(kind).size(), " of ", count, " rows of ",
                                         names[later], " ", words, names[earlier]);
        findings.push_back({name, std::move(rows.at(kind)), text});
    }
}

}  // namespace

std::vector<Finding> audit_parts(std::span<const std::string> names,
                                 std::span<const PartTable> tables) {
    for (const PartTable& table : tables) {
        if (table.archs == nullptr)
            throw ConfigError("audit of a split: architectures of each table expected");
        if (table.part >= names.size()) {
            throw ConfigError(message("audit of a split: part ", table.part, " of ", names.size(),
                                      ", numbers from 0 expected"));
        }
        if (!table.archs->space().same_family(tables.front().archs->space())) {
            throw SchemaError(message("audit of a split: architectures of ",
                                      table.archs->space().description(), " beside those of ",
                                      tables.front().archs->space().description()));
        }
    }
    std::vector<Finding> findings;
    for (std::size_t later = 1; later < names.size(); ++later) {
        for (std::size_t earlier = 0; earlier < later; ++earlier)
            compare(names, tables, earlier, later, findings);
    }
    return findings;
}

}  // namespace latpred
