#include "searching/cost_objective.hpp"

#include <algorithm>
#include <charconv>
#include <map>

#include "base/error.hpp"
#include "base/text.hpp"

namespace latpred {
namespace {

using Member = std::int64_t Costs::*;

const std::map<std::string, Member>& members() {
    static const std::map<std::string, Member> all{{"macs", &Costs::macs},
                                                   {"params", &Costs::params},
                                                   {"bytes", &Costs::bytes},
                                                   {"peak_bytes", &Costs::peak_bytes},
                                                   {"kernels", &Costs::kernels}};
    return all;
}

/// What adds up over units.
bool is_shared_out(Member member) {
    return member == &Costs::macs || member == &Costs::params || member == &Costs::kernels;
}

std::size_t unit_count(const Space& space) {
    int last = -1;
    for (const Gene& gene : space.genes())
        last = std::max(last, gene.unit);
    return static_cast<std::size_t>(last + 1);
}

/// Adds the operators of each unit to rows[1 + unit]; a kernel counts where it begins.
void add_units(const OpGraph& graph, std::span<Costs> rows) {
    std::vector<bool> counted(static_cast<std::size_t>(graph.group_count));
    for (const Op& op : graph.ops) {
        const auto place = static_cast<std::size_t>(op.unit + 1);
        if (op.unit < 0 || place >= rows.size())
            continue;
        rows[place].macs += macs_of(graph, op);
        rows[place].params += params_of(graph, op);
        if (op.group < 0 || counted[static_cast<std::size_t>(op.group)])
            continue;
        counted[static_cast<std::size_t>(op.group)] = true;
        ++rows[place].kernels;
    }
}

class CostObjective final : public Objective {
  public:
    CostObjective(std::shared_ptr<CostCounter> counter, Member member, std::optional<int> unit)
        : counter_(std::move(counter)), member_(member), unit_(unit) {}

    void evaluate(const Architectures& archs, std::span<double> values) const override {
        counter_->read(archs, member_, unit_, values);
    }

  private:
    std::shared_ptr<CostCounter> counter_;
    Member member_;
    std::optional<int> unit_;
};

[[noreturn]] void throw_unknown(const std::string& name) {
    std::vector<std::string> names;
    for (const auto& [known, member] : members())
        names.push_back(known);
    throw ConfigError(message("cost \"", name, "\", one of ", join(names),
                              " or, of a unit, u0.macs, u0.params, u0.kernels (u1.macs, …) "
                              "expected"));
}

}  // namespace

void CostCounter::count(const Architectures& archs) {
    if (space_ == archs.space_ptr() && std::ranges::equal(genes_, archs.genes()))
        return;
    space_ = archs.space_ptr();
    genes_.assign(archs.genes().begin(), archs.genes().end());
    units_ = unit_count(*space_);
    costs_.assign(archs.size() * (units_ + 1), {});
    for (std::size_t i = 0; i < archs.size(); ++i) {
        const OpGraph graph = space_->lower(archs.row(i));
        const auto rows = std::span(costs_).subspan(i * (units_ + 1), units_ + 1);
        rows[0] = costs_of(graph);
        add_units(graph, rows);
    }
}

void CostCounter::read(const Architectures& archs, Member member, std::optional<int> unit,
                       std::span<double> values) {
    const std::scoped_lock lock(mutex_);
    count(archs);
    const std::size_t place = unit ? static_cast<std::size_t>(*unit) + 1 : 0;
    if (place > units_) {
        throw ConfigError(message("cost of unit u", *unit, ": ", archs.space().name(), " has ",
                                  units_, " units, u0 to u", units_ - 1, " expected"));
    }
    for (std::size_t i = 0; i < values.size(); ++i)
        values[i] = static_cast<double>(costs_[i * (units_ + 1) + place].*member);
}

std::shared_ptr<const Objective> cost_objective(const std::string& name,
                                                std::shared_ptr<CostCounter> counter) {
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
    if (found == members().end() || (unit && !is_shared_out(found->second)))
        throw_unknown(name);
    if (counter == nullptr)
        counter = std::make_shared<CostCounter>();
    return std::make_shared<CostObjective>(std::move(counter), found->second, unit);
}

}  // namespace latpred
