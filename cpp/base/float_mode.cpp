#include "base/float_mode.hpp"

#include <utility>

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

/// Only the two bits: exception flags that the work raised stay.
void set_flush_bits(unsigned long long like) {
    set_control((control() & ~flush_bits) | (like & flush_bits));
}

thread_local int depth = 0;                   // FlushDenormals that live in this thread
thread_local unsigned long long of_host = 0;  // the control word before the outermost of them

}  // namespace

bool flushes_denormals() {
    return flush_bits != 0 && (control() & flush_bits) == flush_bits;
}

FlushDenormals::FlushDenormals() : before_(control()) {
    if (depth++ == 0)
        of_host = before_;
    if ((before_ & flush_bits) != flush_bits)
        set_control(before_ | flush_bits);
}

FlushDenormals::~FlushDenormals() {
    --depth;
    if ((before_ & flush_bits) != flush_bits)
        set_flush_bits(before_);
}

HostFloatMode::HostFloatMode() : before_(control()), depth_(std::exchange(depth, 0)) {
    if (depth_ > 0)
        set_flush_bits(of_host);
}

HostFloatMode::~HostFloatMode() {
    depth = depth_;
    if (depth_ > 0)
        set_flush_bits(before_);
}

}  // namespace latpred
