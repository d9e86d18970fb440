#include "predictors/table_predictor.hpp"

#include "base/error.hpp"

namespace latpred {
namespace {

void require_table(bool holds) {
    if (!holds)
        throw CorruptionError("damaged file: the tables do not fit together");
}

std::size_t entries_of(const Space& space, const std::vector<int>& columns) {
    std::size_t total = 1;
    for (int column : columns) {
        require_table(column >= 0 && static_cast<std::size_t>(column) < space.gene_count());
        total *=
            static_cast<std::size_t>(space.genes()[static_cast<std::size_t>(column)].choices());
        require_table(total <= 65536);
    }
    return total;
}

}  // namespace

void TablePredictor::store(TensorFile& file) const {
    std::vector<std::int32_t> counts;
    std::vector<std::int32_t> columns;
    std::vector<double> values;
    for (const TableTerm& term : table_.terms()) {
        counts.push_back(static_cast<std::int32_t>(term.columns.size()));
        columns.insert(columns.end(), term.columns.begin(), term.columns.end());
        values.insert(values.end(), term.values.begin(), term.values.end());
    }
    file.put("column_counts", counts);
    file.put("columns", columns);
    file.put("values", values);
}

std::shared_ptr<Predictor> load_table_predictor(const SpacePtr& space, const ModelInfo& info,
                                                const TensorFile& file) {
    const std::vector<std::int32_t> columns = file.integers("columns");
    const std::vector<double> values = file.doubles("values");
    std::vector<TableTerm> terms;
    auto column = columns.begin();
    auto value = values.begin();
    for (std::int32_t count : file.integers("column_counts")) {
        require_table(count >= 0 && count <= columns.end() - column);
        TableTerm term{{column, column + count}, {}};
        column += count;
        const auto size = static_cast<std::ptrdiff_t>(entries_of(*space, term.columns));
        require_table(size <= values.end() - value);
        term.values.assign(value, value + size);
        value += size;
        terms.push_back(std::move(term));
    }
    require_table(column == columns.end() && value == values.end());
    return std::make_shared<TablePredictor>(space, info, std::move(terms));
}

}  // namespace latpred
