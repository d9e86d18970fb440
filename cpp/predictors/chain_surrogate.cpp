#include "predictors/chain_surrogate.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "base/error.hpp"
#include "base/monitor.hpp"
#include "base/parallel.hpp"
#include "base/text.hpp"
#include "spaces/registry.hpp"

namespace latpred {
namespace {

const std::vector<int> surrogate_sizes{192, 208, 224};
const std::string surrogate_prefix = "surrogate.";
constexpr const char* surrogate_output = "surrogate_output";
constexpr std::size_t networks_a_pass = 4096;  // whose chains are in memory

int units_of(const Space& space) {
    const bool known =
        space.family().definition().empty() &&
        (space.family().name() == "ofa-mobilenetv3" || space.family().name() == "ofa-proxyless");
    if (!known)
        throw DataError("surrogate: of no space that such models were trained on");
    return space.family().name() == "ofa-proxyless" ? 6 : 5;
}

/// Where genes stand: ks[blocks], e[blocks], d[units], r.
class ChainReader {
  public:
    explicit ChainReader(const Space& space)
        : genes_(space.genes()), units_(static_cast<std::size_t>(units_of(space))),
          blocks_((space.gene_count() - 1 - units_) / 2) {}

    [[nodiscard]] double pixels(std::size_t choice) const { return genes_.back().values[choice]; }
    [[nodiscard]] std::size_t sizes() const { return genes_.back().values.size(); }

    void append(std::span<const GeneValue> row, Chains& chains) const {
        for (std::size_t unit = 0; unit < units_; ++unit) {
            const std::size_t column = 2 * blocks_ + unit;
            const auto depth =
                static_cast<int>(genes_[column].values[static_cast<std::size_t>(row[column])]);
            for (int layer = 0; layer < depth; ++layer) {
                const std::size_t slot =
                    unit * ChainNetwork::layers + static_cast<std::size_t>(layer);
                chains.blocks.push_back(ChainNetwork::block(static_cast<int>(unit), layer,
                                                            row[blocks_ + slot], row[slot]));
            }
        }
        chains.starts.push_back(chains.blocks.size());
    }

  private:
    const std::vector<Gene>& genes_;
    std::size_t units_;
    std::size_t blocks_;
};

}  // namespace

ChainSurrogate::ChainSurrogate(const SpacePtr& space, ModelInfo info, ChainArrays arrays,
                               ChainOutput output)
    : Predictor(space, std::move(info)), arrays_(std::move(arrays)), output_(output),
      network_(chain_weights(arrays_), units_of(*space)) {
    if (chain_family(arrays_) != space->family().name()) {
        throw DataError(
            message("surrogate: arrays of ", chain_family(arrays_), " for ", space->description()));
    }
}

bool ChainSurrogate::fits(const Space& other) const {
    return other.family().name() == space()->family().name() && other.family().definition().empty();
}

void ChainSurrogate::check_resolutions(const Architectures& archs) const {
    const std::vector<double>& sizes = archs.space().genes().back().values;
    for (std::size_t i = 0; i < archs.size() && !output_.any_size; ++i) {
        const double pixels = sizes[static_cast<std::size_t>(archs.row(i).back())];
        if (std::ranges::find(surrogate_sizes, pixels) == surrogate_sizes.end()) {
            throw DataError(message("surrogate: architecture ", i, " has resolution ", pixels,
                                    ", but the model was trained on ", join(surrogate_sizes),
                                    ": give the space one of these, or load the surrogate with "
                                    "any_resolution"));
        }
    }
}

void ChainSurrogate::predict(const Architectures& archs, std::span<double> values) const {
    check_resolutions(archs);
    const ChainReader reader(archs.space());
    std::vector<std::vector<std::size_t>> rows(reader.sizes());
    for (std::size_t i = 0; i < archs.size(); ++i)
        rows[static_cast<std::size_t>(archs.row(i).back())].push_back(i);
    const int threads = hardware_threads();
    std::vector<double> found;
    for (std::size_t size = 0; size < rows.size(); ++size) {
        if (rows[size].empty())
            continue;
        ChainRun run(network_, reader.pixels(size));
        for (std::size_t begin = 0; begin < rows[size].size(); begin += networks_a_pass) {
            const std::size_t end = std::min(begin + networks_a_pass, rows[size].size());
            Monitor::current().poll();
            Chains chains;
            for (std::size_t i = begin; i < end; ++i)
                reader.append(archs.row(rows[size][i]), chains);
            found.resize(end - begin);
            run.evaluate(chains, found, threads);
            for (std::size_t i = begin; i < end; ++i)
                values[rows[size][i]] = output_.factor * found[i - begin];
        }
    }
}

void ChainSurrogate::store(TensorFile& file) const {
    const double output[] = {output_.factor, output_.any_size ? 1.0 : 0.0};
    file.put(surrogate_output, output);
    for (const auto& [name, tensor] : arrays_)
        file.tensors[surrogate_prefix + name] = tensor;
}

std::shared_ptr<Predictor> make_chain_surrogate(ChainArrays arrays, ModelInfo info,
                                                ChainOutput output) {
    const std::string family(chain_family(arrays));
    const SpacePtr space = make_space(family, {.width = family == "ofa-mobilenetv3" ? 1.2 : 1.3,
                                               .resolutions = surrogate_sizes,
                                               .image_size = {},
                                               .classes = {}});
    const auto errors = chain_weights(arrays).held_out;
    info.notes["test_mae"] = message(errors[0] * output.factor);
    info.notes["test_mape_percent"] = message(100 * errors[1]);
    info.notes["test_spearman"] = message(errors[2]);
    info.kind = "chain-surrogate";
    info.any_width = true;
    return std::make_shared<ChainSurrogate>(space, std::move(info), std::move(arrays), output);
}

std::shared_ptr<Predictor> load_chain_surrogate(const SpacePtr& space, const ModelInfo& info,
                                                const TensorFile& file) {
    ChainArrays arrays;
    for (const auto& [name, tensor] : file.tensors) {
        if (name.starts_with(surrogate_prefix))
            arrays[name.substr(surrogate_prefix.size())] = tensor;
    }
    const std::vector<double> output = file.doubles(surrogate_output);
    if (output.size() != 2 || !std::isfinite(output[0]))
        throw CorruptionError("damaged file: a factor and a flag expected");
    return std::make_shared<ChainSurrogate>(space, info, std::move(arrays),
                                            ChainOutput{output[0], output[1] != 0});
}

}  // namespace latpred
