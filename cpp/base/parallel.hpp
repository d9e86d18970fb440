// Parallel loops over independent chunks, with cancellation.
#pragma once

#include <cstddef>
#include <functional>

#include "base/monitor.hpp"

namespace latpred {

/// Calls body(begin, end) on chunks of at most `grain` items of [0, count) on `threads` threads.
///
/// The calling thread takes part and polls the monitor, by default the current one; with one thread
/// everything runs there. Chunk bounds depend on count and grain only, and each chunk runs with
/// denormals flushed, so results do not depend on the thread count.
/// The first exception stops the loop and is thrown again after all threads have joined.
void parallel_for(std::size_t count, std::size_t grain, int threads,
                  const std::function<void(std::size_t, std::size_t)>& body,
                  Monitor& monitor = Monitor::current());

/// Hardware threads, at least 1.
int hardware_threads();

}  // namespace latpred
