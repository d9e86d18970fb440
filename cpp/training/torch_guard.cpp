#include <ATen/Parallel.h>
#include <dlfcn.h>

#include <cstdint>

#include "training/torch_guard_impl.hpp"

namespace latpred {
namespace {

/// The functions of the libraries that LibTorch itself is linked with; null where it has none.
struct Setters {
    void (*openmp)(int);
    /// The count before; 0: that of the process. (The name in small letters is Fortran's.)
    int (*mkl)(int);

    static const Setters& found() {
        static const Setters all{
            reinterpret_cast<void (*)(int)>(dlsym(RTLD_DEFAULT, "omp_set_num_threads")),
            reinterpret_cast<int (*)(int)>(dlsym(RTLD_DEFAULT, "MKL_Set_Num_Threads_Local"))};
        return all;
    }
};

/// Calls `body` in each thread but the calling one that parallel work of `threads` threads takes.
template <class Body>
void in_helpers(std::size_t threads, const Body& body) {
    at::parallel_for(0, static_cast<std::int64_t>(threads), 1, [&](std::int64_t, std::int64_t) {
        const auto number = static_cast<std::size_t>(at::get_thread_num());
        if (number > 0 && number < threads)
            body(number);
    });
}

}  // namespace

ThreadGuard::ThreadGuard(int threads) : before_(at::get_num_threads()) {
    changed_ = threads > 0 && threads != before_;
    if (!changed_)
        return;
    if (Setters::found().openmp == nullptr) {
        at::set_num_threads(threads);
        return;
    }
    Setters::found().openmp(threads);
    if (Setters::found().mkl != nullptr)
        mkl_before_ = Setters::found().mkl(threads);
}

ThreadGuard::~ThreadGuard() {
    if (!changed_)
        return;
    if (Setters::found().openmp == nullptr) {
        at::set_num_threads(before_);
        return;
    }
    Setters::found().openmp(before_);
    if (Setters::found().mkl != nullptr)
        Setters::found().mkl(mkl_before_);
}

TorchFlush::TorchFlush()
    : helpers_(at::in_parallel_region() ? 0 : static_cast<std::size_t>(at::get_num_threads())) {
    if (helpers_.size() < 2)
        return;
    // Threads inherit the mode of the one that starts them, for good: the host's it shall be.
    const HostFloatMode host;
    in_helpers(helpers_.size(), [this](std::size_t i) { helpers_[i].emplace(); });
}

TorchFlush::~TorchFlush() {
    if (helpers_.size() > 1)
        in_helpers(helpers_.size(), [this](std::size_t i) { helpers_[i].reset(); });
}

}  // namespace latpred
