#include "measurement/float_mode.hpp"

#ifdef __x86_64__
#include <xmmintrin.h>
#endif

namespace latpred {
namespace {

// FTZ and DAZ of MXCSR (Intel SDM vol. 1, 10.2.3); FZ of FPCR (Arm ARM, C5.2.8).
#ifdef __x86_64__
constexpr unsigned long long flush_bits = 0x8040;
unsigned long long control() {
    return _mm_getcsr();
}
void set_control(unsigned long long word) {
    _mm_setcsr(static_cast<unsigned>(word));
}
#elif defined(__aarch64__)
constexpr unsigned long long flush_bits = 1ULL << 24;
unsigned long long control() {
    unsigned long long word = 0;
    asm volatile("mrs %0, fpcr" : "=r"(word));
    return word;
}
void set_control(unsigned long long word) {
    asm volatile("msr fpcr, %0" ::"r"(word));
}
#else
constexpr unsigned long long flush_bits = 0;
unsigned long long control() {
    return 0;
}
void set_control(unsigned long long) {}
#endif

}  // namespace

bool flushes_denormals() {
    return flush_bits != 0 && (control() & flush_bits) == flush_bits;
}

FlushDenormals::FlushDenormals() : before_(control()) {
    set_control(before_ | flush_bits);
}

/// Only the two bits: exception flags that the work raised stay.
FlushDenormals::~FlushDenormals() {
    set_control((control() & ~flush_bits) | (before_ & flush_bits));
}

}  // namespace latpred
