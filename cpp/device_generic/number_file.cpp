#include "device_generic/number_file.hpp"

#include <algorithm>
#include <cmath>

#include "base/error.hpp"
#include "base/monitor.hpp"
#include "base/numbers.hpp"
#include "base/text.hpp"
#include "datasets/text_rows.hpp"
#include "spaces/registry.hpp"
#include "spaces/text_form.hpp"

namespace latpred {
namespace {

constexpr std::string_view blanks = " \t\r\f\v";
constexpr std::size_t cells = 6, fbnetv3_genes = 28;

std::string at(const NumberFile& file, std::size_t row) {
    return message(file.name, " line ", file.lines[row]);
}

/// Appends the numbers of a line; how many.
std::size_t read_line(NumberFile& file, std::string_view line, std::size_t number) {
    std::size_t count = 0;
    for (;;) {
        line.remove_prefix(std::min(line.find_first_not_of(blanks), line.size()));
        if (line.empty())
            return count;
        const std::string_view word = line.substr(0, line.find_first_of(blanks));
        const double value = cell_number(word);
        if (std::isnan(value) && !parse_number<double>(word)) {  // what is NaN is judged by field
            throw DataError(message(file.name, " line ", number, ": '", excerpt(word),
                                    "' is no number, numbers with blanks between expected"));
        }
        file.values.push_back(value);
        line.remove_prefix(word.size());
        ++count;
    }
}

SpacePtr space_of(const NumberFile& file) {
    FamilyOptions options;
    if (file.columns == fbnetv3_genes)
        return make_space("fbnetv3", options);
    if (file.columns != cells) {
        throw DataError(message(at(file, 0), ": ", file.columns, " columns, ", cells,
                                " (nas-bench-201) or ", fbnetv3_genes, " (fbnetv3) expected"));
    }
    options.image_size = 224;
    options.classes = 100;
    return make_space("nas-bench-201", options);
}

/// DGL numbers the operations of a cell from 1, and writes what other genes mean.
GeneValue gene_value(const NumberFile& file, std::size_t row, std::size_t column,
                     const Gene& gene) {
    const double given = file.values[row * file.columns + column];
    const std::string where = message(at(file, row), " column ", column + 1);
    if (gene.labels.empty()) {
        try {
            return choice_index(gene, given, where);
        } catch (const ArchitectureError& error) {
            throw DataError(error.what());
        }
    }
    const auto number = whole_number<GeneValue>(given);
    if (!number || *number < 1 || *number > gene.choices()) {
        throw DataError(message(where, ": gene ", gene.name(), " is ", number_text(given),
                                ", a whole number from 1 to ", gene.choices(), " expected"));
    }
    return static_cast<GeneValue>(*number - 1);
}

}  // namespace

NumberFile parse_numbers(const std::string& name, std::string_view text) {
    NumberFile file;
    file.name = name;
    if (text.starts_with("\xEF\xBB\xBF"))
        text.remove_prefix(3);
    Pulse pulse(1024);
    for (std::size_t number = 1; !text.empty(); ++number) {
        pulse();
        const std::string_view line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(line.size() + 1, text.size()));
        const std::size_t count = read_line(file, line, number);
        if (count == 0)
            continue;
        file.lines.push_back(number);
        if (file.lines.size() == 1)
            file.columns = count;
        if (count != file.columns) {
            throw DataError(message(name, " line ", number, ": ", count, " numbers, ", file.columns,
                                    " expected as on line ", file.lines.front()));
        }
    }
    if (file.lines.empty())
        throw DataError(message(name, ": no numbers, a row of them a line expected"));
    return file;
}

Architectures networks_of(const NumberFile& file) {
    const SpacePtr space = space_of(file);
    Architectures archs(space);
    std::vector<GeneValue> genes(file.columns);
    Pulse pulse(256);
    for (std::size_t row = 0; row < file.lines.size(); ++row) {
        pulse();
        for (std::size_t column = 0; column < file.columns; ++column)
            genes[column] = gene_value(file, row, column, space->genes()[column]);
        archs.append(genes);
    }
    return archs;
}

std::vector<double> values_of(const NumberFile& file, std::size_t count, const std::string& what,
                              double most) {
    const std::size_t rows = file.lines.size();
    if (file.columns > 1 && rows > 1) {
        throw DataError(message(file.name, ": ", file.columns, " columns, one number of ", what,
                                " a line expected"));
    }
    if (file.values.size() != count) {
        throw DataError(message(file.name, ": ", file.values.size(), " numbers of ", what, ", ",
                                count, " expected, one for each network"));
    }
    for (std::size_t i = 0; i < count; ++i) {
        const double value = file.values[i];
        if (!(value > 0 && value <= most && std::isfinite(value))) {
            const std::string wanted = std::isfinite(most) ? message("at most ", most) : "finite";
            throw DataError(message(at(file, rows > 1 ? i : 0), ": ", what, " is ",
                                    number_text(value), ", above 0 and ", wanted, " expected"));
        }
    }
    return file.values;
}

DeviceNumbers device_of(const NumberFile& file) {
    if (file.values.size() != 4 || (file.columns > 1 && file.lines.size() > 1)) {
        throw DataError(message(file.name, ": ", file.values.size(),
                                " numbers, four expected: frequency in GHz, dispatch width, cache "
                                "in MB, memory speed in GB/s, on one line or on four"));
    }
    const DeviceNumbers device{file.values[0], file.values[1], file.values[2], file.values[3]};
    if (const auto said = complaint(device))
        throw DataError(message(file.name, ": ", *said));
    return device;
}

}  // namespace latpred
