#include "spaces/nas_bench_201_order.hpp"

#include "base/error.hpp"
#include "base/text.hpp"

namespace latpred {
namespace {

constexpr unsigned operations = 5;

void require_cells(const Space& space) {
    if (space.family().name() != "nas-bench-201") {
        throw SchemaError(message("nas-bench-201 numbers: cells of nas-bench-201 expected, got ",
                                  space.description()));
    }
}

std::size_t code_of(std::span<const GeneValue> row) {
    std::size_t code = 0;
    for (GeneValue operation : row)
        code = code * operations + static_cast<std::size_t>(operation);
    return code;
}

}  // namespace

NasBench201Order::NasBench201Order(std::span<const std::uint16_t> codes)
    : codes_(codes.begin(), codes.end()), numbers_(cells) {
    std::vector<bool> seen(cells, false);
    bool valid = codes_.size() == cells;
    for (std::size_t i = 0; valid && i < cells; ++i) {
        const std::size_t code = codes_[i];
        valid = code < cells && !seen[code];
        if (valid) {
            seen[code] = true;
            numbers_[code] = static_cast<std::uint16_t>(i);
        }
    }
    if (!valid)
        throw CorruptionError(message("nas-bench-201 numbers: each of ", cells,
                                      " codes expected once; the package's table is damaged"));
}

std::vector<std::int64_t> NasBench201Order::numbers(const Architectures& archs) const {
    require_cells(archs.space());
    std::vector<std::int64_t> numbers;
    numbers.reserve(archs.size());
    for (std::size_t i = 0; i < archs.size(); ++i)
        numbers.push_back(numbers_[code_of(archs.row(i))]);
    return numbers;
}

Architectures NasBench201Order::architectures(const SpacePtr& space,
                                              std::span<const std::int64_t> numbers) const {
    require_cells(*space);
    Architectures archs(space, numbers.size());
    for (std::size_t i = 0; i < numbers.size(); ++i) {
        if (numbers[i] < 0 || numbers[i] >= static_cast<std::int64_t>(cells)) {
            throw ConfigError(message("nas-bench-201 number ", i, ": ", numbers[i], ", 0 to ",
                                      cells - 1, " expected"));
        }
        unsigned code = codes_[static_cast<std::size_t>(numbers[i])];
        const std::span<GeneValue> row = archs.mutable_row(i);
        for (std::size_t edge = row.size(); edge-- > 0; code /= operations)
            row[edge] = static_cast<GeneValue>(code % operations);
    }
    return archs;
}

}  // namespace latpred
