#include "neural/block_sequence_input.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <unordered_map>

#include "base/error.hpp"
#include "base/parallel.hpp"
#include "base/text.hpp"
#include "neural/block_vocabulary.hpp"

namespace latpred {
namespace {

using Steps = std::vector<BlockStep>;

std::vector<Steps> steps_of(const Architectures& archs, int threads) {
    const BlockVocabulary& vocabulary = BlockVocabulary::of(archs.space().family());
    std::vector<Steps> all(archs.size());
    parallel_for(archs.size(), 64, threads, [&](std::size_t begin, std::size_t end) {
        for (std::size_t i = begin; i < end; ++i)
            all[i] = vocabulary.steps(archs.row(i));
    });
    return all;
}

std::vector<float> node_rows(const Steps& steps, const std::array<double, 3>& maxima) {
    std::vector<float> rows;
    for (const BlockStep& step : steps) {
        rows.push_back(static_cast<float>(step.operation));
        const double shares[] = {step.in.height / maxima[0],   step.out.height / maxima[0],
                                 step.in.width / maxima[1],    step.out.width / maxima[1],
                                 step.in.channels / maxima[2], step.out.channels / maxima[2]};
        for (const double share : shares)
            rows.push_back(static_cast<float>(share));
    }
    return rows;
}

/// Adds a chain of the nodes and returns its number.
std::int64_t add_chain(GraphBatch& batch, std::vector<std::int64_t>& targets,
                       const std::vector<float>& rows) {
    const auto first = batch.offsets.back();
    const auto count = static_cast<std::int64_t>(rows.size()) / BlockSequenceInput::features;
    batch.nodes.insert(batch.nodes.end(), rows.begin(), rows.end());
    batch.offsets.push_back(first + count);
    for (std::int64_t node = first + 1; node < first + count; ++node) {
        batch.edges.push_back(node - 1);
        targets.push_back(node);
    }
    return static_cast<std::int64_t>(batch.graphs()) - 1;
}

GraphBatch chains_of(const std::vector<Steps>& all, const std::array<double, 3>& maxima) {
    GraphBatch batch;
    batch.feature_names = {"operation", "height_in",   "height_out",  "width_in",
                           "width_out", "channels_in", "channels_out"};
    std::vector<std::int64_t> targets;
    std::unordered_map<std::string, std::int64_t> known;
    for (const Steps& steps : all) {
        const std::vector<float> rows = node_rows(steps, maxima);
        std::string key(reinterpret_cast<const char*>(rows.data()), rows.size() * sizeof(float));
        const auto [entry, fresh] = known.try_emplace(std::move(key), 0);
        if (fresh)
            entry->second = add_chain(batch, targets, rows);
        batch.index.push_back(entry->second);
    }
    batch.edges.insert(batch.edges.end(), targets.begin(), targets.end());
    return checked(std::move(batch));
}

}  // namespace

BlockSequenceInput::BlockSequenceInput(const Architectures& trained) {
    const auto names = BlockVocabulary::of(trained.space().family()).names();
    operations_.assign(names.begin(), names.end());
    for (const Steps& steps : steps_of(trained, 1)) {
        for (const BlockStep& step : steps) {
            for (const Shape& shape : {step.in, step.out}) {
                maxima_[0] = std::max(maxima_[0], static_cast<double>(shape.height));
                maxima_[1] = std::max(maxima_[1], static_cast<double>(shape.width));
                maxima_[2] = std::max(maxima_[2], static_cast<double>(shape.channels));
            }
        }
    }
}

StackData BlockSequenceInput::read(const Architectures& archs, bool each_once, int threads) const {
    StackData data;
    data.graphs = std::make_shared<const GraphBatch>(chains_of(steps_of(archs, threads), maxima_));
    data.graph = data.graphs->index;
    if (each_once) {
        data.graph.resize(data.graphs->graphs());
        std::iota(data.graph.begin(), data.graph.end(), std::int64_t{0});
    }
    data.rows = data.graph.size();
    return data;
}

void BlockSequenceInput::store(TensorFile& file) const {
    file.metadata["operations"] = join(operations_, "\n");
    file.put("maxima", maxima_);
}

std::shared_ptr<const BlockSequenceInput> BlockSequenceInput::load(const SpacePtr& space,
                                                                   const TensorFile& file) {
    const auto names = BlockVocabulary::of(space->family()).names();
    const std::shared_ptr<BlockSequenceInput> input(new BlockSequenceInput);
    input->operations_.assign(names.begin(), names.end());
    if (file.text("operations") != join(input->operations_, "\n")) {
        throw SchemaError(message("block sequence predictor: the ", names.size(),
                                  " operations of the space's blocks expected"));
    }
    const std::vector<double> maxima = file.doubles("maxima");
    const auto usable = [](double v) { return std::isfinite(v) && v > 0; };
    if (maxima.size() != input->maxima_.size() || !std::ranges::all_of(maxima, usable))
        throw CorruptionError("damaged file: largest height, width and channels expected");
    std::ranges::copy(maxima, input->maxima_.begin());
    return input;
}

}  // namespace latpred
