#include "measurement/processor_ticks.hpp"

#include <algorithm>
#include <charconv>

namespace latpred {

std::optional<ProcessorTicks> processor_ticks(std::string_view stat) {
    constexpr std::size_t kinds = 8;  // user, nice, system, idle, iowait, irq, softirq, steal
    std::string_view line = stat.substr(0, stat.find('\n'));
    if (!line.starts_with("cpu "))
        return std::nullopt;
    line.remove_prefix(3);
    ProcessorTicks ticks;
    for (std::size_t kind = 0; kind < kinds; ++kind) {
        line.remove_prefix(std::min(line.find_first_not_of(' '), line.size()));
        std::int64_t value = 0;
        const auto [end, fault] = std::from_chars(line.data(), line.data() + line.size(), value);
        if (fault != std::errc() || value < 0 || value > (std::int64_t{1} << 56))
            return std::nullopt;
        line.remove_prefix(static_cast<std::size_t>(end - line.data()));
        ticks.all += value;
        ticks.stolen = value;
    }
    return ticks;
}

std::optional<double> steal_percent(const ProcessorTicks& before, const ProcessorTicks& after) {
    const std::int64_t all = after.all - before.all;
    const std::int64_t stolen = after.stolen - before.stolen;
    if (all <= 0 || stolen < 0)
        return std::nullopt;
    return 100.0 * static_cast<double>(stolen) / static_cast<double>(all);
}

}  // namespace latpred
