#include "neural/learned_encoding.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/error.hpp"
#include "base/parallel.hpp"
#include "base/text.hpp"

namespace latpred {
namespace {

constexpr std::size_t graphs_at_once = 16;

}  // namespace

LearnedEncoding::LearnedEncoding(EncoderGraphs graphs)
    : NetworkFeatures(graphs.space()), graphs_(std::move(graphs)) {}

void LearnedEncoding::store(TensorFile& file, const std::string& prefix) const {
    file.metadata[prefix + "kind"] = name();
    graphs_.store(file, prefix + "graphs.");
    store_network(file, prefix);
}

void LearnedEncoding::write(const Architectures& archs, std::span<float> out, int threads) const {
    const EncoderGraphBatch batch = graphs_.read(archs, threads);
    std::vector<float> codes(batch.graphs.size() * width());
    parallel_for(batch.graphs.size(), graphs_at_once, threads,
                 [&](std::size_t begin, std::size_t end) {
                     for (std::size_t i = begin; i < end; ++i)
                         encode(batch.graphs[i], std::span(codes).subspan(i * width(), width()));
                 });
    if (!std::ranges::all_of(codes, [](float v) { return std::isfinite(v); }))
        throw Error(message(name(), " features: numbers that are not finite"));
    for (std::size_t i = 0; i < archs.size(); ++i)
        std::ranges::copy(std::span(codes).subspan(batch.index[i] * width(), width()),
                          out.subspan(i * width()).begin());
}

}  // namespace latpred
