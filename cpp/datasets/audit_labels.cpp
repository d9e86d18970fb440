#include <algorithm>
#include <numeric>

#include "base/hash.hpp"
#include "base/monitor.hpp"
#include "base/text.hpp"
#include "datasets/audit_impl.hpp"

namespace latpred::detail {
namespace {

constexpr std::size_t fewest_groups = 3;
constexpr double ignoring_share = 0.95;  // of the groups
constexpr double same_latency = 1e-9;    // relative

using Keys = std::vector<std::uint64_t>;

std::uint64_t term(std::size_t column, GeneValue choice) {
    return Hash64().value(column).value(static_cast<std::uint64_t>(choice), 2).digest();
}

/// Sums of one random word a gene (Zobrist): a gene is left out by subtracting its word.
Keys row_sums(const Architectures& archs) {
    Keys sums(archs.size(), 0);
    for (std::size_t i = 0; i < sums.size(); ++i) {
        for (std::size_t column = 0; column < archs.columns(); ++column)
            sums[i] += term(column, archs.row(i)[column]);
    }
    return sums;
}

/// Calls visit(rows) for each run of rows with equal keys, in the order of the keys.
template <class Visit>
void for_each_group(const Keys& keys, const Visit& visit) {
    std::vector<std::size_t> order(keys.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return keys[a] < keys[b]; });
    for (std::size_t begin = 0; begin < order.size();) {
        std::size_t end = begin + 1;
        while (end < order.size() && keys[order[end]] == keys[order[begin]])
            ++end;
        visit(std::span(order).subspan(begin, end - begin));
        begin = end;
    }
}

bool same_labels(std::span<const std::size_t> rows, std::span<const double> latency) {
    const auto [low, high] =
        std::minmax_element(rows.begin(), rows.end(),
                            [&](std::size_t a, std::size_t b) { return latency[a] < latency[b]; });
    return latency[*high] - latency[*low] <= same_latency * latency[*high];
}

/// Groups of rows that are alike but for gene `column`.
struct Groups {
    std::size_t compared = 0;       ///< with at least two choices of the gene
    std::size_t ignoring = 0;       ///< of these, with one latency
    std::vector<std::size_t> rows;  ///< of the ignoring groups
};

Groups compare_choices(const Architectures& archs, std::span<const double> latency,
                       const Keys& sums, std::size_t column) {
    Keys keys(sums);
    for (std::size_t i = 0; i < keys.size(); ++i)
        keys[i] -= term(column, archs.row(i)[column]);
    Groups groups;
    for_each_group(keys, [&](std::span<const std::size_t> rows) {
        const GeneValue first = archs.row(rows.front())[column];
        const bool varied = std::any_of(
            rows.begin(), rows.end(), [&](std::size_t i) { return archs.row(i)[column] != first; });
        if (!varied)
            return;
        ++groups.compared;
        if (!same_labels(rows, latency))
            return;
        ++groups.ignoring;
        groups.rows.insert(groups.rows.end(), rows.begin(), rows.end());
    });
    std::sort(groups.rows.begin(), groups.rows.end());
    return groups;
}

}  // namespace

std::vector<Finding> find_ignored_genes(const Architectures& archs,
                                        std::span<const double> latency) {
    std::vector<Finding> findings;
    const Keys sums = row_sums(archs);
    for (std::size_t column = 0; column < archs.columns(); ++column) {
        Monitor::current().poll();
        Groups groups = compare_choices(archs, latency, sums, column);
        const bool ignored = groups.compared >= fewest_groups &&
                             static_cast<double>(groups.ignoring) >=
                                 ignoring_share * static_cast<double>(groups.compared);
        if (!ignored)
            continue;
        const std::string name = archs.space().genes()[column].name();
        findings.push_back({"ignored-gene", std::move(groups.rows),
                            message("the latencies ignore ", name, ": in ", groups.ignoring, " of ",
                                    groups.compared, " groups of networks that differ in ", name,
                                    " only, all have the same latency"),
                            name});
    }
    return findings;
}

std::vector<Finding> find_repeats(const Architectures& archs, std::span<const double> latency) {
    Finding conflict{"conflict", {}, {}};
    Finding duplicate{"duplicate", {}, {}};
    double widest = 0;
    for_each_group(archs.hashes(), [&](std::span<const std::size_t> rows) {
        const bool same = same_labels(rows, latency);
        Finding& finding = same ? duplicate : conflict;
        finding.rows.insert(finding.rows.end(), rows.begin() + (same ? 1 : 0), rows.end());
        if (same)
            return;
        const auto by_latency = [&](std::size_t a, std::size_t b) {
            return latency[a] < latency[b];
        };
        const auto [low, high] = std::minmax_element(rows.begin(), rows.end(), by_latency);
        widest = std::max(widest, latency[*high] / latency[*low] - 1);
    });
    conflict.message = message(conflict.rows.size(),
                               " rows hold networks that come again with another latency, at "
                               "worst ",
                               100 * widest, " % apart");
    duplicate.message = message(duplicate.rows.size(),
                                " rows repeat an earlier network with the same latency; split by "
                                "architecture, else they leak into the test part");
    std::vector<Finding> findings;
    for (Finding* finding : {&conflict, &duplicate}) {
        std::sort(finding->rows.begin(), finding->rows.end());
        if (!finding->rows.empty())
            findings.push_back(std::move(*finding));
    }
    return findings;
}

}  // namespace latpred::detail
