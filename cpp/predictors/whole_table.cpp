#include "predictors/whole_table.hpp"

#include <cmath>
#include <limits>
#include <numeric>

#include "base/error.hpp"
#include "base/index.hpp"
#include "base/text.hpp"

namespace latpred {
namespace {

constexpr std::size_t most_networks = 65536;  // what a table holds

std::size_t network_count(const Space& space) {
    std::size_t count = 1;
    for (const Gene& gene : space.genes()) {
        count *= as_index(gene.choices());
        if (gene.gate >= 0 || count > most_networks) {
            throw ConfigError(message("table of accuracies: a space of at most ", most_networks,
                                      " networks expected, got ", space.description()));
        }
    }
    return count;
}

/// Place in a table over all genes, the last one varying fastest.
std::size_t place_of(const Space& space, std::span<const GeneValue> row) {
    std::size_t place = 0;
    for (std::size_t gene = 0; gene < row.size(); ++gene)
        place = place * as_index(space.genes()[gene].choices()) + as_index(row[gene]);
    return place;
}

}  // namespace

std::shared_ptr<TablePredictor> make_whole_table(const Architectures& archs,
                                                 std::span<const double> percent,
                                                 const RowNames& names) {
    const Space& space = archs.space();
    const std::size_t count = network_count(space);
    if (percent.size() != archs.size()) {
        throw DataError(message("table of accuracies: ", archs.size(), " networks but ",
                                percent.size(), " values"));
    }
    std::vector<double> values(count, std::numeric_limits<double>::quiet_NaN());
    for (std::size_t row = 0; row < archs.size(); ++row) {
        if (!(percent[row] >= 0 && percent[row] <= 100)) {
            throw DataError(message("table of accuracies: ", names.of(row), ": ", percent[row],
                                    ", 0 to 100 percent expected"));
        }
        double& value = values[place_of(space, archs.row(row))];
        if (!std::isnan(value))  // there already
            throw DataError(message("table of accuracies: ", names.of(row), " repeats a network"));
        value = percent[row];
    }
    if (archs.size() != count) {
        throw DataError(message("table of accuracies: ", archs.size(), " networks, all ", count,
                                " of ", space.description(), " expected"));
    }
    std::vector<int> columns(space.gene_count());
    std::iota(columns.begin(), columns.end(), 0);
    ModelInfo info;
    info.kind = "accuracy";
    info.unit = "%";
    info.any_width = true;  // the accuracy is the benchmark's, whatever the classes here
    return std::make_shared<TablePredictor>(
        archs.space_ptr(), std::move(info),
        std::vector<TableTerm>{{std::move(columns), std::move(values)}});
}

}  // namespace latpred
