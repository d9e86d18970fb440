#include "predictors/part_catalogue.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

#include "base/error.hpp"
#include "base/index.hpp"
#include "base/text.hpp"
#include "predictors/block_layout.hpp"
#include "spaces/gates.hpp"

namespace latpred {
namespace {

constexpr std::size_t most_forms = 4096;
constexpr std::size_t random_bases = 4;
constexpr std::size_t rows_to_reach = 8192;

bool restricted(const Space& space) {
    return !(space.restriction() == Restriction{});
}

}  // namespace

PartCatalogue::PartCatalogue(SpacePtr space, PartSize size, Monitor& monitor)
    : space_(std::move(space)), size_(size) {
    add_base_rows();
    find_columns(monitor);
    for (Table& table : tables_)
        fill(table, monitor);
    if (restricted(*space_))
        mark_reachable();
    check();
}

/// Some random rows, and the same as deep as they get, where every place is taken.
void PartCatalogue::add_base_rows() {
    const Architectures random = sample(space_, random_bases, 0);
    for (std::size_t i = 0; i < random.size(); ++i) {
        const auto row = random.row(i);
        bases_.emplace_back(row.begin(), row.end());
        deepen(space_->family(), bases_.back());
        bases_.emplace_back(row.begin(), row.end());
    }
}

std::map<std::string, std::string> PartCatalogue::keys_by_place(const Row& row) const {
    Row canonical = row;
    latpred::canonicalise(space_->genes(), canonical);  // genes stay in their places
    const OpGraph graph = space_->lower(canonical);
    std::map<std::string, std::string> keys;
    for (const Part& part : latpred::parts_of(graph, size_))
        keys[part.place] = graph_key(part_graph(graph, part));
    return keys;
}

void PartCatalogue::find_columns(Monitor& monitor) {
    std::map<std::string, std::set<int>> found;
    for (const Row& base : bases_) {
        const auto before = keys_by_place(base);
        for (const auto& [place, key] : before)
            found[place];
        for (std::size_t column = 0; column < base.size(); ++column) {
            monitor.poll();
            Row changed = base;
            for (const GeneValue choice : space_->allowed(column)) {
                changed[column] = choice;
                const auto after = keys_by_place(changed);
                for (const auto& [place, key] : before) {
                    const auto now = after.find(place);
                    if (now == after.end() || now->second != key)
                        found[place].insert(static_cast<int>(column));
                }
                for (const auto& [place, key] : after) {
                    if (!before.contains(place))
                        found[place].insert(static_cast<int>(column));
                }
            }
        }
    }
    for (const auto& [place, columns] : found)
        tables_.push_back({place, {columns.begin(), columns.end()}, {}});
}

void PartCatalogue::fill(Table& table, Monitor& monitor) {
    std::size_t forms = 1;
    for (const int column : table.columns) {
        forms *= as_index(space_->genes()[as_index(column)].choices());
        if (forms > most_forms) {
            throw ConfigError(message(
                "look-up table: part '", table.place, "' of ", space_->name(), " depends on ",
                table.columns.size(), " genes and has more than ", most_forms,
                size_ == PartSize::block ? " forms; cut by 'layer' instead of 'block'" : " forms"));
        }
    }
    table.parts.assign(forms, -1);
    Row row = bases_.front();
    for (std::size_t form = 0; form < forms; ++form) {
        monitor.poll();
        std::size_t rest = form;
        for (std::size_t i = table.columns.size(); i-- > 0;) {
            const auto choices = as_index(space_->genes()[as_index(table.columns[i])].choices());
            row[as_index(table.columns[i])] = static_cast<GeneValue>(rest % choices);
            rest /= choices;
        }
        Row canonical = row;
        latpred::canonicalise(space_->genes(), canonical);  // genes stay in their places
        const OpGraph graph = space_->lower(canonical);
        for (const Part& part : latpred::parts_of(graph, size_)) {
            if (part.place == table.place)
                table.parts[form] = number_of(graph, part);
        }
    }
}

int PartCatalogue::number_of(const OpGraph& graph, const Part& part) {
    OpGraph own = part_graph(graph, part);
    std::string key = graph_key(own);
    const auto [found, added] = numbers_.emplace(key, static_cast<int>(entries_.size()));
    if (added)
        entries_.push_back({std::move(key), part.place, std::move(own), true});
    return found->second;
}

/// Couplings and bans: what no network of a large sample has counts as out of reach.
void PartCatalogue::mark_reachable() {
    for (Entry& entry : entries_)
        entry.reachable = false;
    const Architectures archs = sample(space_, rows_to_reach, 1);
    for (std::size_t i = 0; i < archs.size(); ++i) {
        std::size_t form = 0;
        const auto row = archs.row(i);
        for (const Table& table : tables_) {
            form = 0;
            for (const int column : table.columns)
                form = form * as_index(space_->genes()[as_index(column)].choices()) +
                       as_index(row[as_index(column)]);
            if (table.parts[form] >= 0)
                entries_[as_index(table.parts[form])].reachable = true;
        }
    }
}

std::vector<std::size_t> PartCatalogue::parts_of_network(std::span<const GeneValue> row) const {
    const OpGraph graph = space_->lower(row);
    std::vector<std::size_t> numbers;
    for (const Part& part : latpred::parts_of(graph, size_)) {
        const auto found = numbers_.find(graph_key(part_graph(graph, part)));
        if (found == numbers_.end())
            throw LookupError(message("look-up table: unknown part at '", part.place, "'"));
        numbers.push_back(as_index(found->second));
    }
    return numbers;
}

std::vector<double> PartCatalogue::counts(const Architectures& archs, Monitor& monitor) const {
    if (!space_->same_family(archs.space())) {
        throw SchemaError(message("look-up table of ", space_->description(),
                                  " cannot take apart architectures of ",
                                  archs.space().description()));
    }
    std::vector<double> counts(archs.size() * entries_.size(), 0.0);
    for (std::size_t i = 0; i < archs.size(); ++i) {
        monitor.poll();
        for (const std::size_t part : parts_of_network(archs.row(i)))
            counts[i * entries_.size() + part] += 1;
    }
    return counts;
}

void PartCatalogue::check() const {
    std::vector<double> values(entries_.size());
    for (std::size_t i = 0; i < values.size(); ++i)
        values[i] = std::sqrt(static_cast<double>(i) + 1);
    const Architectures archs = sample(space_, 32, 2);
    std::vector<double> sums(archs.size());
    BlockTable(*space_, terms(values, 0)).evaluate(archs.genes(), sums);
    for (std::size_t i = 0; i < archs.size(); ++i) {
        double exact = 0;
        for (const std::size_t part : parts_of_network(archs.row(i)))
            exact += values[part];
        if (std::abs(exact - sums[i]) > 1e-9 * exact) {
            throw ConfigError(message("look-up table: parts of ", space_->name(),
                                      " depend on genes in a way that tables by part cannot hold"));
        }
    }
}

double PartCatalogue::value_of(const Table& table, int part, std::span<const double> values) const {
    if (part < 0)
        return 0;
    const double value = values[as_index(part)];
    if (!std::isnan(value))
        return value;
    if (entries_[as_index(part)].reachable) {
        throw LookupError(message("look-up table: the part ", entries_[as_index(part)].key, " (at ",
                                  table.place, ") has no latency: it was not measured"));
    }
    double most = 0;
    for (const int other : table.parts) {
        if (other >= 0 && !std::isnan(values[as_index(other)]))
            most = std::max(most, values[as_index(other)]);
    }
    return most;
}

std::vector<TableTerm> PartCatalogue::terms(std::span<const double> values, double constant) const {
    if (values.size() != entries_.size()) {
        throw ConfigError(message("look-up table: ", values.size(), " latencies for ",
                                  entries_.size(), " parts"));
    }
    std::vector<TableTerm> terms;
    terms.push_back({{}, {constant}});
    for (const Table& table : tables_) {
        TableTerm term{table.columns, {}};
        for (const int part : table.parts)
            term.values.push_back(value_of(table, part, values));
        terms.push_back(std::move(term));
    }
    return terms;
}

}  // namespace latpred
