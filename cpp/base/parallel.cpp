#include "base/parallel.hpp"

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <system_error>
#include <thread>
#include <vector>

#include "base/float_mode.hpp"

namespace latpred {
namespace {

/// What the threads of one loop share.
class Loop {
  public:
    Loop(std::size_t count, std::size_t grain,
         const std::function<void(std::size_t, std::size_t)>& body)
        : count_(count), grain_(grain), body_(body) {}

    /// Runs one chunk; false when none is left or the loop was stopped.
    bool run_chunk() {
        if (stopped_.load(std::memory_order_relaxed))
            return false;
        const std::size_t begin = next_.fetch_add(grain_);
        if (begin >= count_)
            return false;
        const FlushDenormals flush;
        body_(begin, std::min(count_, begin + grain_));
        return true;
    }

    void fail(std::exception_ptr error) {
        const std::scoped_lock lock(mutex_);
        if (!error_)
            error_ = std::move(error);
        stopped_ = true;
    }

    void rethrow() const {
        if (error_)
            std::rethrow_exception(error_);
    }

  private:
    std::size_t count_;
    std::size_t grain_;
    const std::function<void(std::size_t, std::size_t)>& body_;
    std::atomic<std::size_t> next_{0};
    std::atomic<bool> stopped_{false};
    std::mutex mutex_;
    std::exception_ptr error_;
};

}  // namespace

void parallel_for(std::size_t count, std::size_t grain, int threads,
                  const std::function<void(std::size_t, std::size_t)>& body, Monitor& monitor) {
    grain = std::max<std::size_t>(grain, 1);
    Loop loop(count, grain, body);
    const auto work = [&loop](auto&& between) {
        try {
            while (loop.run_chunk())
                between();
        } catch (...) {
            loop.fail(std::current_exception());
        }
    };
    {
        std::vector<std::jthread> workers;
        try {
            const std::size_t chunks = count / grain + (count % grain != 0 ? 1 : 0);
            const auto useful = std::min(chunks, static_cast<std::size_t>(std::max(threads, 1)));
            for (std::size_t i = 1; i < useful; ++i)
                workers.emplace_back([&work] { work([] {}); });
        } catch (const std::system_error&) {  // NOLINT(bugprone-empty-catch)
            // The system has no more threads to give: those that there are do it.
        }
        work([&monitor] { monitor.poll(); });
    }
    loop.rethrow();
}

int hardware_threads() {
    return std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
}

}  // namespace latpred
