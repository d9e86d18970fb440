// Guards around calls into LibTorch: errors in one line, settings restored.
#pragma once

#include <ATen/Parallel.h>
#include <c10/util/Exception.h>

#include <string>

#include "base/error.hpp"
#include "base/text.hpp"

namespace latpred {

/// Runs `body`; c10's errors, which carry a backtrace, become an Error of one line.
template <class Body>
auto with_plain_errors(const std::string& where, Body&& body) {
    try {
        return body();
    } catch (const c10::Error& error) {
        const std::string text = error.what_without_backtrace();
        throw Error(message(where, ": ", text.substr(0, text.find('\n'))));
    }
}

/// LibTorch's thread count while it lives; 0 leaves it as it is.
class ThreadGuard {
  public:
    explicit ThreadGuard(int threads) : before_(at::get_num_threads()) {
        changed_ = threads > 0 && threads != before_;
        if (changed_)
            at::set_num_threads(threads);
    }
    ~ThreadGuard() {
        if (changed_)
            at::set_num_threads(before_);
    }
    ThreadGuard(const ThreadGuard&) = delete;
    ThreadGuard& operator=(const ThreadGuard&) = delete;

  private:
    int before_;
    bool changed_ = false;
};

}  // namespace latpred
