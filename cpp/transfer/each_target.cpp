#include "transfer/each_target.hpp"

#include <exception>

#include "base/error.hpp"

namespace latpred {

std::vector<DeviceJudgement> judge_each(std::span<const std::size_t> targets, Monitor& watch,
                                        const JudgeTarget& judge) {
    std::vector<DeviceJudgement> results;
    std::exception_ptr first;
    std::size_t failed = 0;
    for (const std::size_t target : targets) {
        watch.progress(results.size(), targets.size(), "devices");
        watch.poll();
        try {
            results.push_back(judge(target));
        } catch (const Cancelled&) {
            throw;
        } catch (const Error& error) {
            first = first ? first : std::current_exception();
            results.emplace_back();
            results.back().failure = error.what();
            ++failed;
        }
    }
    if (failed == results.size())
        std::rethrow_exception(first);
    watch.progress(results.size(), results.size(), "devices");
    return results;
}

}  // namespace latpred
