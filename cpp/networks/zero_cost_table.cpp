#include <algorithm>
#include <atomic>
#include <exception>
#include <thread>

#include "base/error.hpp"
#include "base/parallel.hpp"
#include "base/text.hpp"
#include "networks/zero_cost.hpp"
#include "training/memory_pool_impl.hpp"

namespace latpred {
namespace {

/// Polled by all threads of a loop: the caller's monitor on the caller's thread, and on the others
/// whether that one threw. A network takes seconds, so waiting for the end of it would not do.
class SharedEnd final : public Monitor {
  public:
    explicit SharedEnd(Monitor& outer) : outer_(outer) {}

    void poll() override {
        if (std::this_thread::get_id() != caller_) {
            if (ended_)
                throw Cancelled("zero-cost proxies: cancelled");
            return;
        }
        try {
            outer_.poll();
        } catch (...) {
            reason_ = std::current_exception();
            ended_ = true;
            throw;
        }
    }

    /// Throws what the caller's monitor threw, if it did.
    void rethrow() const {
        if (reason_)
            std::rethrow_exception(reason_);
    }

  private:
    Monitor& outer_;
    std::thread::id caller_ = std::this_thread::get_id();
    std::atomic<bool> ended_{false};
    std::exception_ptr reason_;
};

}  // namespace

std::vector<double> proxy_values(const Architectures& archs, const ProxyQuery& query, int threads,
                                 Monitor& monitor) {
    for (std::size_t i = 0; i < archs.size(); ++i) {
        monitor.poll();
        check_proxies(archs.space().lower(archs.row(i)), query,
                      message("zero-cost proxies: network ", i));
    }
    std::vector<double> values(archs.size() * query.proxies.size());
    SharedEnd end(monitor);
    const MemoryPool pool;  // outlives that of each network, so that the next one finds its memory
    const auto compute = [&](std::size_t i, std::size_t) {
        const std::vector<double> row = proxy_values(archs.space().lower(archs.row(i)), query, end);
        std::ranges::copy(row,
                          values.begin() + static_cast<std::ptrdiff_t>(i * query.proxies.size()));
    };
    try {
        parallel_for(archs.size(), 1, threads, compute, end);
    } catch (...) {
        end.rethrow();  // other threads may have ended first, for that reason
        throw;
    }
    return values;
}

}  // namespace latpred
