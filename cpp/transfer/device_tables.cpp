#include "transfer/device_tables.hpp"

#include <algorithm>
#include <cmath>
#include <set>

#include "base/error.hpp"
#include "base/text.hpp"
#include "sampling/candidates.hpp"

namespace latpred {
namespace {

void require_names(std::span<const std::string> names) {
    std::set<std::string> seen;
    for (const std::string& name : names) {
        if (name.empty())
            throw DataError("device tables: a device without a name");
        if (!seen.insert(name).second) {
            throw DataError(message("device tables: device ", excerpt(name),
                                    " comes twice, different names expected"));
        }
    }
}

void require_distinct(const Architectures& archs) {
    const std::size_t distinct = distinct_rows(archs).size();
    if (distinct == archs.size())
        return;
    throw DataError(message("device tables: each network once expected, got ", archs.size(),
                            " rows of ", distinct, " networks"));
}

void require_positive(std::span<const double> latency_ms, std::span<const std::string> names) {
    std::vector<std::string> bad;
    for (std::size_t i = 0; i < latency_ms.size(); ++i) {
        const double value = latency_ms[i];
        if (std::isfinite(value) && value > 0)
            continue;
        bad.push_back(message("row ", i / names.size(), " of ",
                              excerpt(names[i % names.size()], 40), ": ", value));
    }
    if (!bad.empty()) {
        throw DataError(
            message("device tables: positive finite ms expected, got ", join_few(bad, 5, "; ")));
    }
}

}  // namespace

void require_tables(const Architectures& archs, std::span<const double> latency_ms,
                    std::size_t devices, std::span<const std::string> names) {
    if (archs.size() == 0 || devices == 0)
        throw DataError("device tables: at least one network and one device expected");
    if (names.size() != devices) {
        throw DataError(message("device tables: ", devices, " columns of latencies but ",
                                names.size(), " names of devices"));
    }
    if (latency_ms.size() != archs.size() * devices) {
        throw DataError(message("device tables: ", archs.size(), " networks but ",
                                latency_ms.size() / devices, " rows of latencies"));
    }
    require_names(names);
    require_distinct(archs);
    require_positive(latency_ms, names);
}

std::vector<std::size_t> matching_rows(const Architectures& wanted, const Architectures& held,
                                       const std::string& device) {
    if (!wanted.space().same_family(held.space())) {
        throw SchemaError(message("device tables: ", excerpt(device, 40), " has networks of ",
                                  excerpt(held.space().description(), 100), ", the first table of ",
                                  excerpt(wanted.space().description(), 100)));
    }
    const std::vector<std::size_t> first = distinct_rows(wanted);
    const std::vector<std::size_t> second = distinct_rows(held);
    if (first.size() != wanted.size())
        require_distinct(wanted);
    if (second.size() != held.size()) {
        throw DataError(message("device tables: ", excerpt(device, 40),
                                " has each network once expected, got ", held.size(), " rows of ",
                                second.size(), " networks"));
    }
    std::vector<std::size_t> rows(wanted.size());
    bool same = first.size() == second.size();
    for (std::size_t i = 0; same && i < first.size(); ++i) {
        same = std::ranges::equal(wanted.row(first[i]), held.row(second[i]));
        rows[first[i]] = second[i];
    }
    if (!same) {
        throw DataError(message("device tables: ", excerpt(device, 40), " has ", held.size(),
                                " networks that are not the ", wanted.size(),
                                " of the first table; the same networks expected"));
    }
    return rows;
}

}  // namespace latpred
