#include "predictors/chain_network.hpp"

#include <algorithm>

#include "base/dense_kernels.hpp"

namespace latpred {

ChainNetwork::Packed ChainNetwork::pack(const Eigen::MatrixXd& weight,
                                        const Eigen::VectorXd& bias) {
    const Eigen::Index outputs = weight.rows();
    Packed packed{FloatBlock(static_cast<std::size_t>(weight.size())),
                  FloatBlock(static_cast<std::size_t>(outputs))};
    Eigen::Map<Eigen::MatrixXf>(packed.weight.data(), outputs, weight.cols()) =
        weight.cast<float>();
    Eigen::Map<Eigen::VectorXf>(packed.bias.data(), outputs) = bias.cast<float>();
    return packed;
}

ChainNetwork::ChainNetwork(const ChainWeights& weights, int units)
    : units_(units), weights_(weights), hidden_(pack(weights.hidden.weight, weights.hidden.bias)),
      last_(pack(weights.last.weight, weights.last.bias)) {
    for (std::size_t i = 0; i < convolutions_.size(); ++i) {
        const ChainConvolution& from = weights.convolutions[i + 1];
        Eigen::MatrixXd both(2 * chain_width, chain_width);
        both << from.root, from.previous;
        Eigen::VectorXd bias = Eigen::VectorXd::Zero(2 * chain_width);
        bias.head(chain_width) = from.bias;
        convolutions_[i] = pack(both, bias);
    }
}

void ChainNetwork::multiply_states(int convolution, const float* states, float* products,
                                   std::size_t count) const {
    const Packed& packed = convolutions_[static_cast<std::size_t>(convolution - 1)];
    multiply({states, width, 1, packed.weight.data(), products, count, width, 2 * width,
              packed.bias.data(), false});
}

ChainNetwork::FirstSums ChainNetwork::first_sums(double pixels) const {
    const ChainWeights& w = weights_;
    const Eigen::VectorXd hidden =
        w.resolution_in.weight.col(0) * ((pixels - 192) / 32) + w.resolution_in.bias;
    const double resolution =
        std::abs(w.resolution_out.weight.row(0).dot(hidden) + w.resolution_out.bias[0]);
    Eigen::MatrixXd features(6, blocks());
    for (int i = 0; i < blocks(); ++i) {
        const int site = i / kinds;
        features.col(i) << w.stage[site / layers], w.layer[site % layers], w.family,
            w.expand[i % kinds / 3], w.kernel[i % 3], resolution;
    }
    const ChainConvolution& first = w.convolutions[0];
    return {(first.root * features).colwise() + first.bias, first.previous * features};
}

void ChainNetwork::read_out(float* sums, float* scratch, std::span<double> values) const {
    const auto layer = [&](const Packed& packed, const float* from, float* to, bool relu) {
        multiply({from, width, 1, packed.weight.data(), to, values.size(), width, width,
                  packed.bias.data(), relu});
    };
    layer(hidden_, sums, scratch, true);
    layer(last_, scratch, sums, false);
    for (std::size_t i = 0; i < values.size(); ++i) {
        double output = weights_.constant;
        for (std::size_t j = 0; j < width; ++j) {
            const float value = sums[i * width + j];
            output += weights_.regressor[static_cast<Eigen::Index>(j)] *
                      static_cast<double>(value > 0 ? value : slope * value);
        }
        values[i] = output * weights_.factor + weights_.shift;
    }
}

}  // namespace latpred
