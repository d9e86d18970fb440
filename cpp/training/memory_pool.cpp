#include <c10/core/CPUAllocator.h>

#include <atomic>
#include <iterator>
#include <map>
#include <mutex>
#include <unordered_map>
#include <utility>

#include "training/memory_pool_impl.hpp"

namespace latpred {

/// Free blocks by size.
struct MemoryPool::Blocks {
    std::multimap<std::size_t, void*> free;
};

namespace {

/// Smaller tensors come from malloc: it keeps what it has below its own threshold of 128 KiB.
constexpr std::size_t least_bytes = 64 * 1024;

struct Origin {
    std::size_t size;
    std::weak_ptr<MemoryPool::Blocks> pool;
    c10::Allocator* maker;
};

thread_local std::shared_ptr<MemoryPool::Blocks> active;

/// Hands out blocks of the calling thread's active pool, and the host's allocator's memory
/// otherwise. It stands in that one's place while any `PoolGuard` lives, and serves other threads
/// as that one does; blocks bring the way back with them, so they may outlive the guards.
class PoolingAllocator final : public c10::Allocator {
  public:
    c10::DataPtr allocate(std::size_t size) override {
        if (!active || size < least_bytes)
            return host_.load()->allocate(size);
        void* block = take(size);
        return {block, block, &recycle, c10::Device(c10::DeviceType::CPU)};
    }
    [[nodiscard]] c10::DeleterFnPtr raw_deleter() const override { return &recycle; }
    void copy_data(void* to, const void* from, std::size_t size) const override {
        default_copy_data(to, from, size);
    }

    /// Never destroyed: tensors may be freed while static objects are.
    static PoolingAllocator& only() {
        static auto* const allocator = new PoolingAllocator;
        return *allocator;
    }

    void enter() {
        const std::scoped_lock lock(guards_mutex_);
        if (guards_++ > 0)
            return;
        c10::Allocator* current = c10::GetCPUAllocator();
        if (current == this)
            return;
        host_ = current;
        // The least priority: where the host set an allocator above others, that one stays.
        c10::SetCPUAllocator(this, 0);
    }

    void leave() {
        const std::scoped_lock lock(guards_mutex_);
        if (--guards_ == 0 && c10::GetCPUAllocator() == this)
            c10::SetCPUAllocator(host_, 0);
    }

    void release(MemoryPool::Blocks& pool) {
        const std::scoped_lock lock(mutex_);
        for (const auto& [size, block] : pool.free)
            free_for_good(block);
        pool.free.clear();
    }

  private:
    /// The smallest free block that is large enough. Where there is none the largest one makes way
    /// for it, so that there are never more blocks than were in use at a time.
    void* take(std::size_t size) {
        const std::scoped_lock lock(mutex_);
        auto& free = active->free;
        const auto found = free.lower_bound(size);
        if (found != free.end()) {
            void* block = found->second;
            free.erase(found);
            return block;
        }
        if (!free.empty()) {
            const auto largest = std::prev(free.end());
            free_for_good(largest->second);
            free.erase(largest);
        }
        c10::Allocator* maker = host_;
        void* block = maker->raw_allocate(size);
        origins_.emplace(block, Origin{size, active, maker});
        return block;
    }

    void free_for_good(void* block) {
        const auto origin = origins_.find(block);
        origin->second.maker->raw_deallocate(block);
        origins_.erase(origin);
    }

    static void recycle(void* block) { only().give_back(block); }

    /// To its pool if that still exists. Raw memory of the host's allocator also comes here.
    void give_back(void* block) {
        std::shared_ptr<MemoryPool::Blocks> pool;  // if it dies here then after the lock is open
        const std::scoped_lock lock(mutex_);
        const auto origin = origins_.find(block);
        if (origin != origins_.end()) {
            pool = origin->second.pool.lock();
            if (pool) {
                pool->free.emplace(origin->second.size, block);
                return;
            }
            free_for_good(block);
            return;
        }
        host_.load()->raw_deallocate(block);
    }

    std::atomic<c10::Allocator*> host_{nullptr};
    std::mutex guards_mutex_;
    std::size_t guards_ = 0;
    std::mutex mutex_;
    std::unordered_map<void*, Origin> origins_;  // looked up only, never iterated
};

}  // namespace

MemoryPool::MemoryPool() {
    static std::mutex mutex;
    static std::weak_ptr<Blocks> shared;
    const std::scoped_lock lock(mutex);
    blocks_ = shared.lock();
    if (blocks_)
        return;
    const auto destroy = [](Blocks* blocks) {
        PoolingAllocator::only().release(*blocks);
        delete blocks;
    };
    blocks_ = std::shared_ptr<Blocks>(new Blocks, destroy);
    shared = blocks_;
}

PoolGuard::PoolGuard(const MemoryPool& pool) : before_(std::exchange(active, pool.blocks_)) {
    PoolingAllocator::only().enter();
}

PoolGuard::~PoolGuard() {
    PoolingAllocator::only().leave();
    active = std::move(before_);
}

}  // namespace latpred
