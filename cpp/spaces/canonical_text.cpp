#include "spaces/canonical_text.hpp"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <numeric>

#include "base/error.hpp"
#include "base/text.hpp"

namespace latpred {
namespace {

constexpr std::string_view separators = "-;=";
constexpr std::size_t few_choices = 16;

/// The shortest digits that read back the same, without an exponent: its sign would separate.
std::string digits(double value) {
    char buffer[512];  // the least double takes 340
    const auto end = std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::fixed);
    return {buffer, end.ptr};
}

}  // namespace

std::string Gene::text(GeneValue index) const {
    const auto i = static_cast<std::size_t>(index);
    return labels.empty() ? digits(values.at(i)) : labels.at(i);
}

CanonicalText::CanonicalText(const std::vector<Gene>& genes) {
    for (const Gene& gene : genes) {
        const bool continues = !columns_.empty() && gene.group == (&gene - 1)->group;
        std::string before = continues ? "-" : gene.group + "=";
        if (!continues && !columns_.empty())
            before.insert(0, ";");
        Column column;
        for (int i = 0; i < gene.choices(); ++i) {
            const std::string choice = gene.text(static_cast<GeneValue>(i));
            if (choice.empty() || choice.find_first_of(separators) != std::string::npos)
                throw ConfigError(message("gene ", gene.name(), ": choice '", excerpt(choice),
                                          "', a text without -, ; and = expected"));
            column.pieces.push_back(before + choice);
        }
        if (column.pieces.size() > few_choices) {
            column.sorted.resize(column.pieces.size());
            std::iota(column.sorted.begin(), column.sorted.end(), GeneValue{0});
            std::ranges::sort(column.sorted, {}, [&](GeneValue i) -> const std::string& {
                return column.pieces[static_cast<std::size_t>(i)];
            });
        }
        columns_.push_back(std::move(column));
    }
}

std::string CanonicalText::write(std::span<const GeneValue> row) const {
    const auto piece = [&](std::size_t k) -> const std::string& {
        return columns_[k].pieces[static_cast<std::size_t>(row[k])];
    };
    std::size_t length = 0;
    for (std::size_t k = 0; k < columns_.size(); ++k)
        length += piece(k).size();
    std::string text;
    text.reserve(length);
    for (std::size_t k = 0; k < columns_.size(); ++k)
        text += piece(k);
    return text;
}

int CanonicalText::find(const Column& column, std::string_view piece) {
    const auto of = [&](GeneValue i) -> std::string_view {
        return column.pieces[static_cast<std::size_t>(i)];
    };
    const auto found = std::ranges::lower_bound(column.sorted, piece, {}, of);
    return found == column.sorted.end() || of(*found) != piece ? -1 : *found;
}

bool CanonicalText::read(std::string_view text, std::span<GeneValue> row) const {
    const auto separates = [](char c) { return c == '-' || c == ';'; };
    for (std::size_t k = 0; k < columns_.size(); ++k) {
        const Column& column = columns_[k];
        int choice = -1;
        std::size_t length = 0;
        if (column.sorted.empty()) {  // few: compare with each
            for (std::size_t i = 0; i < column.pieces.size() && choice < 0; ++i) {
                const std::string& piece = column.pieces[i];
                length = piece.size();
                const bool same = length <= text.size() &&
                                  std::memcmp(text.data(), piece.data(), length) == 0 &&
                                  (length == text.size() || separates(text[length]));
                choice = same ? static_cast<int>(i) : -1;
            }
        } else {
            length = text.empty() ? 0 : 1;  // past what separates it from the gene before
            while (length < text.size() && !separates(text[length]))
                ++length;
            choice = find(column, text.substr(0, length));
        }
        if (choice < 0)
            return false;
        row[k] = static_cast<GeneValue>(choice);
        text.remove_prefix(length);
    }
    return text.empty();
}

}  // namespace latpred
