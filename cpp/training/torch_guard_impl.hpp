// Guards around calls into LibTorch: errors in one line, and nothing of the host's settings changed
// or obeyed.
#pragma once

#include <ATen/ATen.h>
#include <c10/core/InferenceMode.h>
#include <c10/core/impl/LocalDispatchKeySet.h>
#include <c10/util/Exception.h>

#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/float_mode.hpp"
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

/// Floats of the caller, whatever the host's default type is; from_blob wants a mutable pointer.
inline at::Tensor view_of(const float* values, at::IntArrayRef shape) {
    return at::from_blob(const_cast<float*>(values), shape, at::TensorOptions(at::kFloat));
}

/// No gradients, and no types of the host's autocast, in this thread.
struct PlainMode {
    c10::InferenceMode no_gradients;
    c10::impl::ExcludeDispatchKeyGuard no_autocast{c10::autocast_dispatch_keyset};
};

/// Operations are recorded for gradients, whatever the host's modes, and no types of its autocast.
/// Tensors made in it may be used in `backward`, which wants the GIL released.
struct GradientMode {
    c10::InferenceMode recording{false};
    c10::impl::ExcludeDispatchKeyGuard no_autocast{c10::autocast_dispatch_keyset};
};

/// LibTorch's thread count in the calling thread while it lives; 0 leaves it as it is.
///
/// OpenMP and MKL keep a count for each thread. `at::set_num_threads` also changes what threads
/// find that use LibTorch for the first time meanwhile; that would outlive the guard.
class ThreadGuard {
  public:
    explicit ThreadGuard(int threads);
    ~ThreadGuard();
    ThreadGuard(const ThreadGuard&) = delete;
    ThreadGuard& operator=(const ThreadGuard&) = delete;

  private:
    int before_;
    int mkl_before_ = 0;
    bool changed_ = false;
};

/// Denormals are flushed in the calling thread and in those that LibTorch computes on for it.
class TorchFlush {
  public:
    TorchFlush();
    ~TorchFlush();
    TorchFlush(const TorchFlush&) = delete;
    TorchFlush& operator=(const TorchFlush&) = delete;

  private:
    std::vector<std::optional<FlushDenormals>> helpers_;  ///< made and ended in their own threads
    FlushDenormals own_;
};

}  // namespace latpred
