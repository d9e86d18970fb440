// Memory of activations, kept from one pass to the next.
//
// malloc returns large blocks to the system as soon as they are free, so every pass pays for page
// faults again: up to half of its time, depending on what else the heap holds. A pool makes passes
// both faster and repeatable.
#pragma once

#include <cstddef>
#include <memory>

namespace latpred {

/// A share in the one pool of all networks and models, which lives as long as any of them does.
class MemoryPool {
  public:
    MemoryPool();

    struct Blocks;

  private:
    std::shared_ptr<Blocks> blocks_;
    friend class PoolGuard;
};

/// While it lives, large CPU tensors made by the calling thread come from the pool, and LibTorch's
/// allocator is ours; afterwards it is the host's again. Tensors that outlive the guard, or the
/// pool, stay valid.
class PoolGuard {
  public:
    explicit PoolGuard(const MemoryPool& pool);
    ~PoolGuard();
    PoolGuard(const PoolGuard&) = delete;
    PoolGuard& operator=(const PoolGuard&) = delete;

  private:
    std::shared_ptr<MemoryPool::Blocks> before_;
};

}  // namespace latpred
