#include "neural/gru_kernels.hpp"

#include <numbers>

#include "base/instruction_set.hpp"

namespace latpred {
namespace detail::baseline_gru {
#define LATPRED_LANES 4
#include "neural/gru_kernels_impl.hpp"
#undef LATPRED_LANES
}  // namespace detail::baseline_gru

#ifdef LATPRED_X86
#pragma GCC push_options
#pragma GCC target("avx2,fma")
namespace detail::avx2_gru {
#define LATPRED_LANES 8
#include "neural/gru_kernels_impl.hpp"
#undef LATPRED_LANES
}  // namespace detail::avx2_gru
#pragma GCC pop_options

#pragma GCC push_options
#pragma GCC target("avx512f,fma,prefer-vector-width=512")
namespace detail::avx512_gru {
#define LATPRED_LANES 16
#include "neural/gru_kernels_impl.hpp"
#undef LATPRED_LANES
}  // namespace detail::avx512_gru
#pragma GCC pop_options
#endif

namespace {

struct GruKernels {
    decltype(&detail::baseline_gru::gru_forward) forward;
    decltype(&detail::baseline_gru::gru_backward) backward;
};

#define LATPRED_GRU_KERNELS(set)                                                                   \
    GruKernels {                                                                                   \
        &detail::set::gru_forward, &detail::set::gru_backward                                      \
    }

const GruKernels& gru_kernels() {
    static constexpr GruKernels baseline = LATPRED_GRU_KERNELS(baseline_gru);
#ifdef LATPRED_X86
    static constexpr GruKernels avx2 = LATPRED_GRU_KERNELS(avx2_gru);
    static constexpr GruKernels avx512 = LATPRED_GRU_KERNELS(avx512_gru);
    return *of_instruction_set(&baseline, &avx2, &avx512);
#else
    return baseline;
#endif
}

}  // namespace

void gru_forward(const GruStep& step, float* state) {
    gru_kernels().forward(step, state);
}

void gru_backward(const GruStep& step, float* slopes, float* input_slopes, float* state_slopes) {
    gru_kernels().backward(step, slopes, input_slopes, state_slopes);
}

}  // namespace latpred
