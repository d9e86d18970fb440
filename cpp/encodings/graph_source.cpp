#include "encodings/graph_source.hpp"

#include <algorithm>
#include <utility>

#include "base/parallel.hpp"

namespace latpred {
namespace {

/// Drawings that wait for the shelf at the same time.
constexpr std::size_t drawn_at_once = 512;

std::string key_of(std::span<const GeneValue> row) {
    return {reinterpret_cast<const char*>(row.data()), row.size_bytes()};
}

}  // namespace

GraphSource::GraphSource(std::unique_ptr<const GraphLevel> level) : level_(std::move(level)) {
    shelf_.emplace(*level_);
}

GraphBatch GraphSource::batch(const Architectures& archs, int threads) {
    const std::scoped_lock lock(mutex_);
    std::vector<ShelvedPtr*> found;  // values of a map stay where they are
    std::vector<std::size_t> missing;
    for (std::size_t i = 0; i < archs.size(); ++i) {
        const auto [entry, fresh] = known_.try_emplace(key_of(archs.row(i)));
        found.push_back(&entry->second);
        if (fresh)
            missing.push_back(i);
    }
    try {
        shelve(archs, missing, threads);
    } catch (...) {  // cancelled, or a network that cannot be counted
        std::erase_if(known_, [](const auto& entry) { return entry.second == nullptr; });
        throw;
    }
    std::vector<ShelvedPtr> networks;
    for (const ShelvedPtr* one : found)
        networks.push_back(*one);
    GraphBatch batch = shelf_->batch(networks);
    if (bytes_ + shelf_->bytes() > most_bytes) {
        known_.clear();
        bytes_ = 0;
        shelf_.emplace(*level_);
    }
    return batch;
}

void GraphSource::shelve(const Architectures& archs, std::span<const std::size_t> rows,
                         int threads) {
    for (std::size_t first = 0; first < rows.size(); first += drawn_at_once) {
        const auto some = rows.subspan(first, std::min(drawn_at_once, rows.size() - first));
        std::vector<GraphDrawing> drawings(some.size());
        parallel_for(some.size(), 16, threads, [&](std::size_t begin, std::size_t end) {
            for (std::size_t i = begin; i < end; ++i) {
                const auto row = archs.row(some[i]);
                drawings[i] = level_->draw(archs.space().lower(row), row);
            }
        });
        for (std::size_t i = 0; i < some.size(); ++i) {
            std::string key = key_of(archs.row(some[i]));
            ShelvedPtr& kept = known_.find(key)->second;
            kept = shelf_->put(drawings[i]);
            bytes_ += kept->bytes() + 2 * key.size() + 128;
        }
    }
}

}  // namespace latpred
