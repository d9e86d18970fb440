#include <c10/core/CPUAllocator.h>

#include <iterator>
#include <map>
#include <mutex>
#include <unordered_map>
#include <utility>

#include "networks/memory_pool_impl.hpp"

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
};

thread_local std::shared_ptr<MemoryPool::Blocks> active;

/// Hands out blocks of the calling thread's active pool, and the former allocator's memory
/// otherwise. Once installed it stays: whatever it handed out must find its way back here.
class PoolingAllocator final : public c10::Allocator {
  public:
    explicit PoolingAllocator(c10::Allocator* base) : base_(base) {}

    c10::DataPtr allocate(std::size_t size) override {
        if (!active || size < least_bytes)
            return base_->allocate(size);
        void* block = take(size);
        return {block, block, &recycle, c10::Device(c10::DeviceType::CPU)};
    }
    [[nodiscard]] c10::DeleterFnPtr raw_deleter() const override { return &recycle; }
    void copy_data(void* to, const void* from, std::size_t size) const override {
        default_copy_data(to, from, size);
    }

    static PoolingAllocator& installed() {
        static PoolingAllocator* const allocator = [] {
            // Never destroyed: tensors may be freed while static objects are.
            auto* made = new PoolingAllocator(c10::GetCPUAllocator());
            c10::SetCPUAllocator(made, 1);
            return made;
        }();
        return *allocator;
    }

    void release(MemoryPool::Blocks& pool) {
        const std::scoped_lock lock(mutex_);
        for (const auto& [size, block] : pool.free) {
            origins_.erase(block);
            base_->raw_deallocate(block);
        }
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
            origins_.erase(largest->second);
            base_->raw_deallocate(largest->second);
            free.erase(largest);
        }
        void* block = base_->raw_allocate(size);
        origins_.emplace(block, Origin{size, active});
        return block;
    }

    static void recycle(void* block) { installed().give_back(block); }

    /// To its pool if that still exists. Raw memory of the former allocator also comes here.
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
            origins_.erase(origin);
        }
        base_->raw_deallocate(block);
    }

    c10::Allocator* base_;
    std::mutex mutex_;
    std::unordered_map<void*, Origin> origins_;  // looked up only, never iterated
};

}  // namespace

MemoryPool::MemoryPool() {
    static std::mutex mutex;
    static std::weak_ptr<Blocks> shared;
    PoolingAllocator::installed();
    const std::scoped_lock lock(mutex);
    blocks_ = shared.lock();
    if (blocks_)
        return;
    const auto destroy = [](Blocks* blocks) {
        PoolingAllocator::installed().release(*blocks);
        delete blocks;
    };
    blocks_ = std::shared_ptr<Blocks>(new Blocks, destroy);
    shared = blocks_;
}

PoolGuard::PoolGuard(const MemoryPool& pool) : before_(std::exchange(active, pool.blocks_)) {}

PoolGuard::~PoolGuard() {
    active = std::move(before_);
}

}  // namespace latpred
