// CATE: what a transformer that guesses masked operations knows of a network (Yan et al., ICML
// 2021).
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "neural/cate_pairs.hpp"
#include "neural/encoder_training.hpp"
#include "neural/learned_encoding.hpp"
#include "training/loop.hpp"

namespace latpred {

struct CateSettings {
    std::string form = "honest";  ///< of the graphs; see EncoderGraphs
    std::size_t graph_layers = 12, pair_layers = 24, width = 32, heads = 8;
    std::size_t graph_hidden = 128, pair_hidden = 256;
    double dropout = 0.1;
    double corruption = 0.2;  ///< share of the operations to guess
    double smoothing = 0.1;   ///< share of a wanted operation that is spread over the others
    std::size_t partners = 2;
    double most_params_apart = 0;    ///< of partners; 0: as usual in the space
    double held_out_share = 0.05;    ///< of the networks
    std::size_t warmup_steps = 100;  ///< at most half of all steps
    OptimizerSettings optimizer{.weight_decay = 0.01};
    LoopSettings loop{.epochs = 10, .batch_size = 1024, .keep_best = false, .context = {}};
};

/// ConfigError for numbers out of range.
void check_cate(const CateSettings& settings);

/// "cate": the last node's hidden state in the transformer of single networks.
class Cate final : public LearnedEncoding {
  public:
    struct Network;
    Cate(EncoderGraphs graphs, std::shared_ptr<const Network> network);

    [[nodiscard]] std::string name() const override { return "cate"; }
    [[nodiscard]] std::size_t width() const override;

  protected:
    void encode(const EncoderGraph& graph, std::span<float> out) const override;
    void store_network(TensorFile& file, const std::string& prefix) const override;

  private:
    std::shared_ptr<const Network> network_;
};

/// CorruptionError.
NetworkFeaturesPtr load_cate(const SpacePtr& space, const TensorFile& file,
                             const std::string& prefix);

/// Of pairs of networks, each of which is a row. Minibatches are computed in parts, so that a step
/// can be left.
class CateTraining final : public EncoderTraining {
  public:
    CateTraining(const Architectures& archs, const CateSettings& settings, int threads = 1);

    [[nodiscard]] const Parameters& parameters() const override;
    [[nodiscard]] std::vector<std::int64_t> shape(std::size_t tensor) const override;
    double step(std::span<const std::uint32_t> rows) override;
    [[nodiscard]] NetworkFeaturesPtr model() const override;
    /// "operations": share of masked ones that is guessed right; "operations by chance": where the
    /// most frequent one were guessed.
    [[nodiscard]] std::map<std::string, double> judge() const override;
    [[nodiscard]] const EncoderNetworks& networks() const { return networks_; }
    [[nodiscard]] const std::vector<NetworkPair>& pairs() const { return pairs_; }
    /// What the next step masks of these pairs.
    [[nodiscard]] std::vector<MaskedPair> masks(std::span<const std::uint32_t> rows) const;

  private:
    struct Part;
    [[nodiscard]] std::size_t pairs_at_once() const;
    [[nodiscard]] Part part_of(const EncoderGraphBatch& batch, std::span<const NetworkPair> pairs,
                               std::span<const MaskedPair> masks) const;
    double compute_part(const Part& part, double share, std::uint64_t stream);

    CateSettings settings_;
    EncoderNetworks networks_;
    EncoderGraphs graphs_;
    EncoderGraphBatch fitted_;
    std::vector<NetworkPair> pairs_;
    std::shared_ptr<Cate::Network> network_;
};

}  // namespace latpred
