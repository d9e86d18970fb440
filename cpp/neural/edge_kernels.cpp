#include "neural/edge_kernels.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/instruction_set.hpp"

namespace latpred {
namespace detail::baseline_edges {
#define LATPRED_LANES 4
#include "neural/edge_kernels_impl.hpp"
#undef LATPRED_LANES
}  // namespace detail::baseline_edges

#ifdef LATPRED_X86
#pragma GCC push_options
#pragma GCC target("avx2,fma")
namespace detail::avx2_edges {
#define LATPRED_LANES 8
#include "neural/edge_kernels_impl.hpp"
#undef LATPRED_LANES
}  // namespace detail::avx2_edges
#pragma GCC pop_options

#pragma GCC push_options
#pragma GCC target("avx512f,fma,prefer-vector-width=512")
namespace detail::avx512_edges {
#define LATPRED_LANES 16
#include "neural/edge_kernels_impl.hpp"
#undef LATPRED_LANES
}  // namespace detail::avx512_edges
#pragma GCC pop_options
#endif

namespace {

struct EdgeKernels {
    decltype(&detail::baseline_edges::sum_edges) sum_edges;
    decltype(&detail::baseline_edges::attend) attend;
    decltype(&detail::baseline_edges::attend_backward) attend_backward;
};

#define LATPRED_EDGE_KERNELS(set)                                                                  \
    EdgeKernels {                                                                                  \
        &detail::set::sum_edges, &detail::set::attend, &detail::set::attend_backward               \
    }

const EdgeKernels& edge_kernels() {
    static constexpr EdgeKernels baseline = LATPRED_EDGE_KERNELS(baseline_edges);
#ifdef LATPRED_X86
    static constexpr EdgeKernels avx2 = LATPRED_EDGE_KERNELS(avx2_edges);
    static constexpr EdgeKernels avx512 = LATPRED_EDGE_KERNELS(avx512_edges);
    return *of_instruction_set(&baseline, &avx2, &avx512);
#else
    return baseline;
#endif
}

}  // namespace

void sum_edges(const EdgeList& edges, const float* x, float* out, std::size_t width) {
    edge_kernels().sum_edges(edges, x, out, width);
}

void attend(const EdgeAttention& attention, float* shares, float* leaks, float* out) {
    edge_kernels().attend(attention, shares, leaks, out);
}

void attend_backward(const EdgeAttention& attention, const float* shares, const float* leaks,
                     const float* slopes, float* k_slopes, float* a_slopes) {
    edge_kernels().attend_backward(attention, shares, leaks, slopes, k_slopes, a_slopes);
}

}  // namespace latpred
