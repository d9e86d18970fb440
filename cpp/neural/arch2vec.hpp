// Arch2Vec: what a variational graph auto-encoder knows of a network (Yan et al., NeurIPS 2020).
#pragma once

#include <map>
#include <memory>
#include <string>

#include "neural/encoder_training.hpp"
#include "neural/learned_encoding.hpp"
#include "training/loop.hpp"

namespace latpred {

struct Arch2VecSettings {
    std::string form = "honest";  ///< of the graphs; see EncoderGraphs
    std::size_t hops = 5, hidden = 128, latent = 32;
    double dropout = 0.3;         ///< of the latent numbers that are decoded
    double noise = 1;             ///< factor on the posterior's deviation when it is sampled
    double held_out_share = 0.1;  ///< of the networks
    OptimizerSettings optimizer{.name = "adam"};
    ScheduleSettings schedule{.name = "constant"};
    LoopSettings loop{
        .epochs = 8, .batch_size = 32, .keep_best = false, .clip_norm = 5, .context = {}};
};

/// ConfigError for numbers out of range.
void check_arch2vec(const Arch2VecSettings& settings);

/// "arch2vec": the mean over the nodes of the posterior's means.
class Arch2Vec final : public LearnedEncoding {
  public:
    struct Network;
    Arch2Vec(EncoderGraphs graphs, std::shared_ptr<const Network> network);

    [[nodiscard]] std::string name() const override { return "arch2vec"; }
    [[nodiscard]] std::size_t width() const override;

  protected:
    void encode(const EncoderGraph& graph, std::span<float> out) const override;
    void store_network(TensorFile& file, const std::string& prefix) const override;

  private:
    std::shared_ptr<const Network> network_;
};

/// CorruptionError.
NetworkFeaturesPtr load_arch2vec(const SpacePtr& space, const TensorFile& file,
                                 const std::string& prefix);

/// Of networks, each of which is a row.
class Arch2VecTraining final : public EncoderTraining {
  public:
    Arch2VecTraining(const Architectures& archs, const Arch2VecSettings& settings, int threads = 1);

    [[nodiscard]] const Parameters& parameters() const override;
    [[nodiscard]] std::vector<std::int64_t> shape(std::size_t tensor) const override;
    double step(std::span<const std::uint32_t> rows) override;
    [[nodiscard]] NetworkFeaturesPtr model() const override;
    /// From the posterior's mean: "operations": share that is decoded right; "edges": share of the
    /// pairs of an edge and a missing one in which the edge has the higher score; "… by chance":
    /// where every node had the operation that is most frequent, and one half.
    [[nodiscard]] std::map<std::string, double> judge() const override;
    /// Networks of the rows, and of those held out.
    [[nodiscard]] const EncoderNetworks& networks() const { return networks_; }

  private:
    Arch2VecSettings settings_;
    EncoderNetworks networks_;
    EncoderGraphs graphs_;
    EncoderGraphBatch fitted_;
    std::shared_ptr<Arch2Vec::Network> network_;
};

}  // namespace latpred
