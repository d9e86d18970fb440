#include "base/instruction_set.hpp"

#include <atomic>

#include "base/error.hpp"
#include "base/text.hpp"

namespace latpred {
namespace {

struct Known {
    InstructionSet set;
    const char* name;
};

const std::vector<Known>& known_sets() {
    static const std::vector<Known> all = [] {
        std::vector<Known> found;
#ifdef LATPRED_X86
        __builtin_cpu_init();
        if (__builtin_cpu_supports("avx512f"))
            found.push_back({InstructionSet::avx512, "avx512"});
        if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
            found.push_back({InstructionSet::avx2, "avx2"});
#endif
        found.push_back({InstructionSet::baseline, "baseline"});
        return found;
    }();
    return all;
}

std::atomic<const Known*>& chosen_set() {
    static std::atomic<const Known*> chosen = known_sets().data();
    return chosen;
}

}  // namespace

InstructionSet instruction_set() {
    return chosen_set().load(std::memory_order_relaxed)->set;
}

std::string instruction_set_name() {
    return chosen_set().load(std::memory_order_relaxed)->name;
}

std::vector<std::string> instruction_sets() {
    std::vector<std::string> names;
    for (const Known& known : known_sets())
        names.emplace_back(known.name);
    return names;
}

void use_instruction_set(const std::string& name) {
    for (const Known& known : known_sets()) {
        if (name == known.name) {
            chosen_set() = &known;
            return;
        }
    }
    throw ConfigError(
        message("kernels '", excerpt(name), "'; this machine runs ", join(instruction_sets())));
}

}  // namespace latpred
