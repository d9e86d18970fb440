#include "measurement/self_test.hpp"

namespace latpred {

SelfTest compared(const NetworkResult& first, const NetworkResult& second) {
    SelfTest found;
    found.ratio = second.ratio / first.ratio;
    found.low = second.ratio_low / first.ratio_high;
    found.high = second.ratio_high / first.ratio_low;
    found.passed =
        found.low <= 1.0 && found.high >= 1.0 && found.high - found.low < self_test_width;
    const int samples = first.samples + second.samples;
    const int clean = first.clean_samples + second.clean_samples;
    if (samples > 0)
        found.clean_percent = 100.0 * clean / samples;
    found.visits = first.visits + second.visits;
    return found;
}

}  // namespace latpred
