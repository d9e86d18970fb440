#include "measurement/findings.hpp"

#include <algorithm>
#include <cctype>
#include <iomanip>

#include "base/sqlite_version.hpp"
#include "base/text.hpp"

namespace latpred {
namespace {

constexpr double busy_load = 0.75;        // tasks a processor
constexpr double crowded_percent = 20.0;  // of pressure
constexpr double stolen_percent = 5.0;    // of time
constexpr std::int64_t coarse_clock_ns = 1000;
constexpr double least_free_gb = 0.1;  // a store of 10,000 networks
constexpr std::array sound_log_sqlite = {3, 51, 3};

std::string rounded(double value, int digits) {
    return message(std::fixed, std::setprecision(digits), value);
}

MachineFinding build(const MachineState& m) {
    if (!m.debug_build)
        return {"build", FindingLevel::ok, "latpred's core is a release build"};
    return {"build", FindingLevel::error, "latpred's core is a debug build: its times mean little",
            "build it with CMAKE_BUILD_TYPE=Release"};
}

MachineFinding load(const MachineState& m) {
    if (!m.load)
        return {"load", FindingLevel::note, "this system does not say how busy it is"};
    const std::string text =
        message(rounded(*m.load, 1), " tasks on ", m.cores, " processors over the last minute");
    if (*m.load <= busy_load * m.cores)
        return {"load", FindingLevel::ok, text};
    return {"load", FindingLevel::warning, text,
            "end other work; measuring takes several times longer beside it, and says `budget`"};
}

MachineFinding pressure(const MachineState& m) {
    if (!m.pressure_percent)
        return {"pressure", FindingLevel::note,
                "this system does not say who waits for a processor"};
    const std::string text = message("tasks waited for a processor in ",
                                     rounded(*m.pressure_percent, 0), " % of the last ten seconds");
    if (*m.pressure_percent < crowded_percent)
        return {"pressure", FindingLevel::ok, text};
    return {"pressure", FindingLevel::warning, text,
            "end other work, or give this machine more of it"};
}

MachineFinding clock_rate(const MachineState& m) {
    const std::string name = "clock rate";
    if (!m.governor && !m.boost) {
        return {name, FindingLevel::note,
                "the system does not show how the clock rate is governed (usual in virtual "
                "machines)",
                "latpred's references cancel slow changes"};
    }
    if (m.governor && *m.governor != "performance") {
        return {
            name, FindingLevel::warning,
            message("the governor is ", excerpt(*m.governor), ": the clock rate follows the load"),
            "sudo cpupower frequency-set -g performance"};
    }
    if (m.boost.value_or(false)) {
        return {name, FindingLevel::warning,
                "turbo is on: the clock rate follows temperature and the load of other cores",
                "echo 0 | sudo tee /sys/devices/system/cpu/cpufreq/boost (or no_turbo of Intel)"};
    }
    return {name, FindingLevel::ok, "the clock rate is fixed"};
}

MachineFinding virtual_machine(const MachineState& m) {
    const std::string name = "virtual machine";
    const double steal = m.steal_percent.value_or(0.0);
    if (steal > stolen_percent) {
        return {name, FindingLevel::warning,
                message("other virtual machines take ", rounded(steal, 0),
                        " % of the time of this one"),
                "use a dedicated machine"};
    }
    if (m.hypervisor) {
        return {
            name, FindingLevel::note,
            message("this is a virtual machine; others take ", rounded(steal, 1), " % of its time"),
            "what others do to caches cannot be seen from here; prefer ratios to milliseconds"};
    }
    return {name, FindingLevel::ok, "this is no virtual machine"};
}

MachineFinding container(const MachineState& m) {
    if (!m.cgroup_cpus)
        return {"container", FindingLevel::ok, "no limit of processor time for this process"};
    std::string text = message("processor time is limited to ", *m.cgroup_cpus, " processors");
    if (*m.cgroup_cpus >= m.cores)
        return {"container", FindingLevel::ok, text};
    text += message(", ", m.cores,
                    " are shown: the kernel stops the process for milliseconds at a time");
    return {"container", FindingLevel::warning, text,
            "raise the limit (docker: --cpus) or pin instead"};
}

MachineFinding clock(const MachineState& m) {
    const std::string text =
        message("the clock ticks every ", m.clock_resolution_ns, " ns (source ",
                excerpt(m.clocksource.value_or("not shown")), ")");
    if (m.clock_resolution_ns > coarse_clock_ns)
        return {"clock", FindingLevel::error, text, "1 us or finer expected"};
    if (m.clocksource && *m.clocksource != "tsc" && *m.clocksource != "arch_sys_counter") {
        return {"clock", FindingLevel::warning, text,
                "reading it is slow; choose tsc where it is stable"};
    }
    return {"clock", FindingLevel::ok, text};
}

/// "NAME=value, ..." of the settings that `wanted` picks.
template <class Wanted>
std::string listed(const MachineState& m, const Wanted& wanted) {
    std::vector<std::string> found;
    for (const auto& [name, value] : m.settings) {
        if (wanted(name))
            found.push_back(message(excerpt(name), "=", excerpt(value)));
    }
    return join(found);
}

bool limits_threads(std::string_view name) {
    return name.ends_with("_NUM_THREADS");
}

MachineFinding threads(const MachineState& m) {
    const std::string text = listed(m, limits_threads);
    if (text.empty()) {
        return {"threads", FindingLevel::ok,
                "threads are not limited from outside; latpred sets those of the device it "
                "measures"};
    }
    const auto too_many = [&](const auto& setting) {
        const auto& [name, value] = setting;
        const auto digit = [](unsigned char c) { return std::isdigit(c) != 0; };
        const std::string_view number =
            std::string_view(value).substr(std::min(value.find_first_not_of('0'), value.size()));
        if (!limits_threads(name) || number.empty() || !std::ranges::all_of(number, digit))
            return false;
        return number.size() > 6 || std::stoi(std::string(number)) > m.cores;
    };
    if (std::ranges::any_of(m.settings, too_many)) {
        return {"threads", FindingLevel::warning,
                message(text, ": more than the ", m.cores, " processors"),
                "at most one thread a processor"};
    }
    return {"threads", FindingLevel::ok, text};
}

MachineFinding libraries(const MachineState& m) {
    const std::string text = listed(m, [](std::string_view name) {
        constexpr std::array<std::string_view, 4> slowing = {
            "ATEN_CPU_CAPABILITY", "ONEDNN_MAX_CPU_ISA", "MKL_CBWR", "LD_PRELOAD"};
        return std::ranges::find(slowing, name) != slowing.end();
    });
    if (text.empty())
        return {"libraries", FindingLevel::ok, "no variable holds the libraries back"};
    return {"libraries", FindingLevel::note, "speed is changed by " + text,
            "fine if you mean it: it is part of the environment record"};
}

MachineFinding memory_pages(const MachineState& m) {
    const std::string pages = m.huge_pages.value_or("not shown");
    if (pages == "always") {
        return {"memory pages", FindingLevel::note,
                "transparent huge pages are on for all: speed depends on how memory lies",
                "madvise is steadier"};
    }
    return {"memory pages", FindingLevel::ok, "huge pages: " + excerpt(pages)};
}

MachineFinding priority(const MachineState& m) {
    if (m.nice > 0) {
        return {"priority", FindingLevel::warning,
                message("this process is nice (", m.nice, "): others go first"),
                "start it without nice"};
    }
    return {"priority", FindingLevel::ok, message("niceness ", m.nice)};
}

MachineFinding sqlite(const std::array<int, 3>& version) {
    const std::string text = "SQLite " + join(version, ".");
    if (version < least_sqlite) {
        return {"SQLite", FindingLevel::error, text + " cannot hold campaign stores",
                join(least_sqlite, ".") + " or newer expected"};
    }
    if (version < sound_log_sqlite) {
        return {"SQLite", FindingLevel::ok,
                text + ": its write-ahead log can lose data (fixed in 3.51.3); stores do not use "
                       "it"};
    }
    return {"SQLite", FindingLevel::ok, text};
}

MachineFinding disk(double free_gb) {
    const std::string text = message(rounded(free_gb, 1), " GB free in the current folder");
    if (free_gb < least_free_gb) {
        return {"disk", FindingLevel::warning, text, "a store of 10,000 networks takes 0.1 GB"};
    }
    return {"disk", FindingLevel::ok, text};
}

}  // namespace

std::string_view to_string(FindingLevel level) {
    switch (level) {
    case FindingLevel::ok:
        return "ok";
    case FindingLevel::note:
        return "note";
    case FindingLevel::warning:
        return "warning";
    case FindingLevel::error:
        break;
    }
    return "error";
}

std::vector<MachineFinding> findings(const MachineState& machine) {
    std::vector<MachineFinding> found;
    for (const auto check : {&build, &load, &pressure, &clock_rate, &virtual_machine, &container,
                             &clock, &threads, &libraries, &memory_pages, &priority})
        found.push_back(check(machine));
    if (machine.sqlite)
        found.push_back(sqlite(*machine.sqlite));
    if (machine.free_gb)
        found.push_back(disk(*machine.free_gb));
    return found;
}

std::vector<std::string> warnings(std::span<const MachineFinding> findings) {
    std::vector<std::string> texts;
    for (const MachineFinding& one : findings) {
        if (one.level >= FindingLevel::warning)
            texts.push_back(message(one.name, ": ", one.text, "; ", one.advice));
    }
    return texts;
}

FindingLevel worst(std::span<const MachineFinding> findings) {
    FindingLevel found = FindingLevel::ok;
    for (const MachineFinding& one : findings)
        found = std::max(found, one.level);
    return found;
}

}  // namespace latpred
