// Which vector instructions the hand-written kernels use, chosen for the machine at run time.
#pragma once

#include <string>
#include <vector>

// The package is built for the baseline of its architecture; kernel files compile their code once
// more for each of the other sets where this is defined.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
#define LATPRED_X86 1
#endif

namespace latpred {

enum class InstructionSet { baseline, avx2, avx512 };

/// The set in use: the best of `instruction_sets()` unless `use_instruction_set` chose another, as
/// tests do. Results differ between sets in the last bits; nothing else changes them.
InstructionSet instruction_set();

/// Its name: "avx512", "avx2" (with FMA) or "baseline".
std::string instruction_set_name();

/// Names of those that this machine runs, the best first.
std::vector<std::string> instruction_sets();

/// One set's kernels, of those compiled for each.
template <class Kernels>
const Kernels* of_instruction_set(const Kernels* baseline, const Kernels* avx2,
                                  const Kernels* avx512) {
    switch (instruction_set()) {
    case InstructionSet::avx512:
        return avx512;
    case InstructionSet::avx2:
        return avx2;
    case InstructionSet::baseline:
        break;
    }
    return baseline;
}

/// For the whole process; not while anything computes. ConfigError for one it does not run.
void use_instruction_set(const std::string& name);

}  // namespace latpred
