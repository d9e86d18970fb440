#include "searching/cost_objective.hpp"

#include <algorithm>
#include <charconv>
#include <map>
#include <optional>
#include <vector>

#include "base/error.hpp"
#include "base/names.hpp"
#include "base/text.hpp"
#include "spaces/cost_tables.hpp"

namespace latpred {
namespace {

constexpr std::int64_t bytes_per_value = 4;

/// What each cost adds up; nothing for the peak, which is a maximum.
const std::map<std::string, CostSum>& members() {
    static const std::map<std::string, CostSum> all{
        {"macs", {{{CostKind::macs, 1}}}},
        {"params", {{{CostKind::params, 1}}}},
        {"bytes", {{{CostKind::moved, bytes_per_value}, {CostKind::params, bytes_per_value}}}},
        {"peak_bytes", {}},
        {"kernels", {{{CostKind::kernels, 1}}}}};
    return all;
}

/// What adds up over units; traffic between them does not.
bool is_shared_out(const std::string& cost) {
    return cost == "macs" || cost == "params" || cost == "kernels";
}

class CostObjective final : public Objective {
  public:
    explicit CostObjective(const CostSum& sum) : sums_{sum} {}

    void evaluate(const Architectures& archs, std::span<double> values) const override {
        const PlaceMap& places = archs.space().places();
        const int unit = sums_.front().unit;
        if (unit >= static_cast<int>(places.units())) {
            throw ConfigError(message("cost of unit u", unit, ": ", archs.space().name(), " has ",
                                      places.units(), " units, u0 to u", places.units() - 1,
                                      " expected"));
        }
        std::vector<std::int64_t> counts(archs.size());
        const CostTables& tables = archs.space().family().cost_tables();
        if (sums_.front().terms.empty()) {
            tables.peaks(archs.genes(), counts);
            for (std::int64_t& elements : counts)
                elements *= bytes_per_value;
        } else {
            tables.evaluate(sums_, archs.genes(), counts);
        }
        std::ranges::copy(counts, values.begin());
    }

  private:
    std::vector<CostSum> sums_;
};

[[noreturn]] void throw_unknown(const std::string& name) {
    std::vector<std::string> names;
    for (const auto& [known, sum] : members())
        names.push_back(known);
    throw ConfigError(message("cost \"", excerpt(name), "\", one of ", join(names),
                              " or, of a unit, u0.macs, u0.params, u0.kernels (u1.macs, …) "
                              "expected",
                              did_you_mean(name, names)));
}

}  // namespace

std::shared_ptr<const Objective> cost_objective(const std::string& name) {
    const std::size_t dot = name.find('.');
    const bool whole = dot == std::string::npos;
    const auto found = members().find(whole ? name : name.substr(dot + 1));
    std::optional<int> unit;
    if (!whole) {
        if (dot < 2)
            throw_unknown(name);
        int number = -1;
        const char* end = name.data() + dot;
        const auto parsed = std::from_chars(name.data() + 1, end, number);
        if (name.front() != 'u' || parsed.ec != std::errc() || parsed.ptr != end || number < 0)
            throw_unknown(name);
        unit = number;
    }
    if (found == members().end() || (unit && !is_shared_out(found->first)))
        throw_unknown(name);
    CostSum sum = found->second;
    sum.unit = unit.value_or(CostSum::whole);
    return std::make_shared<CostObjective>(sum);
}

}  // namespace latpred
