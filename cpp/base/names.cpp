#include "base/names.hpp"

#include <algorithm>
#include <cstddef>

namespace latpred {
namespace {

constexpr std::size_t longest_name = 64;
constexpr std::size_t least_inside = 3;  // letters that say something as a part of a name

std::string folded_name(std::string_view name) {
    std::string text(name);
    for (char& letter : text) {
        if (letter >= 'A' && letter <= 'Z')
            letter = static_cast<char>(letter - 'A' + 'a');
        if (letter == '_' || letter == ' ')
            letter = '-';
    }
    return text;
}

/// Insertions, deletions, substitutions and swaps of neighbours that make one text of the other.
std::size_t edits(std::string_view a, std::string_view b) {
    std::vector<std::size_t> before(b.size() + 1);
    std::vector<std::size_t> last(b.size() + 1);
    std::vector<std::size_t> row(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j)
        last[j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t other = a[i - 1] == b[j - 1] ? 0 : 1;
            row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + other});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                row[j] = std::min(row[j], before[j - 2] + 1);
        }
        std::swap(before, last);
        std::swap(last, row);
    }
    return last[b.size()];
}

}  // namespace

std::string did_you_mean(std::string_view given, const std::vector<std::string>& known) {
    if (given.empty() || given.size() > longest_name)
        return {};
    const std::string wanted = folded_name(given);
    const std::string* nearest = nullptr;
    std::size_t least = longest_name;
    for (const std::string& name : known) {
        if (name.empty() || name.size() > longest_name || name == given)
            continue;
        const std::string other = folded_name(name);
        const std::size_t distance = edits(wanted, other);
        const std::size_t longer = std::max(wanted.size(), other.size());
        const bool inside =
            (wanted.size() >= least_inside && other.find(wanted) != std::string::npos) ||
            (2 * other.size() > wanted.size() && other.size() > least_inside &&
             wanted.find(other) != std::string::npos);
        if ((inside || (distance <= std::max<std::size_t>(1, (longer + 1) / 4) && longer > 2)) &&
            distance < least) {
            least = distance;
            nearest = &name;
        }
    }
    return nearest == nullptr ? std::string() : "; did you mean '" + *nearest + "'?";
}

}  // namespace latpred
