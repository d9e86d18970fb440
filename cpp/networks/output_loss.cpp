#include "networks/output_loss.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/error.hpp"
#include "base/text.hpp"

namespace latpred {
namespace {

void check_count(const char* what, std::size_t given, const OutputBatch& outputs) {
    if (given == outputs.values.size())
        return;
    throw ConfigError(message("loss: ", given, " ", what, " for ", outputs.batch, " x ",
                              outputs.width, " outputs, as many expected"));
}

class SumLoss final : public OutputLoss {
  public:
    explicit SumLoss(bool mean) : mean_(mean) {}

    double slope(const OutputBatch& outputs, std::span<float> slope) const override {
        const double each = mean_ ? 1.0 / static_cast<double>(outputs.values.size()) : 1.0;
        std::ranges::fill(slope, static_cast<float>(each));
        double total = 0;
        for (const float value : outputs.values)
            total += value;
        return total * each;
    }
    void curvature(const OutputBatch& /*outputs*/, std::span<const float> /*direction*/,
                   std::span<float> product) const override {
        std::ranges::fill(product, 0.0F);
    }

  private:
    bool mean_;
};

class WeightedSumLoss final : public OutputLoss {
  public:
    explicit WeightedSumLoss(std::vector<float> weights) : weights_(std::move(weights)) {}

    double slope(const OutputBatch& outputs, std::span<float> slope) const override {
        check_count("weights", weights_.size(), outputs);
        std::ranges::copy(weights_, slope.begin());
        double total = 0;
        for (std::size_t i = 0; i < weights_.size(); ++i)
            total += static_cast<double>(weights_[i]) * outputs.values[i];
        return total;
    }
    void curvature(const OutputBatch& /*outputs*/, std::span<const float> /*direction*/,
                   std::span<float> product) const override {
        std::ranges::fill(product, 0.0F);
    }

  private:
    std::vector<float> weights_;
};

class SquaredErrorLoss final : public OutputLoss {
  public:
    explicit SquaredErrorLoss(std::vector<float> targets) : targets_(std::move(targets)) {}

    double slope(const OutputBatch& outputs, std::span<float> slope) const override {
        check_count("targets", targets_.size(), outputs);
        const auto count = static_cast<double>(targets_.size());
        double total = 0;
        for (std::size_t i = 0; i < targets_.size(); ++i) {
            const double error = static_cast<double>(outputs.values[i]) - targets_[i];
            slope[i] = static_cast<float>(2 * error / count);
            total += error * error;
        }
        return total / count;
    }
    void curvature(const OutputBatch& /*outputs*/, std::span<const float> direction,
                   std::span<float> product) const override {
        const double factor = 2 / static_cast<double>(targets_.size());
        std::ranges::transform(direction, product.begin(),
                               [factor](float d) { return static_cast<float>(factor * d); });
    }

  private:
    std::vector<float> targets_;
};

class CrossEntropyLoss final : public OutputLoss {
  public:
    explicit CrossEntropyLoss(std::vector<std::int64_t> labels) : labels_(std::move(labels)) {}

    double slope(const OutputBatch& outputs, std::span<float> slope) const override {
        check(outputs);
        const auto batch = static_cast<double>(outputs.batch);
        double total = 0;
        for (std::size_t n = 0; n < outputs.batch; ++n) {
            const std::vector<double> p = softmax(outputs, n);
            const auto label = static_cast<std::size_t>(labels_[n]);
            for (std::size_t k = 0; k < p.size(); ++k)
                slope[n * p.size() + k] = static_cast<float>((p[k] - (k == label)) / batch);
            total -= log_softmax(outputs, n, label);
        }
        return total / batch;
    }
    void curvature(const OutputBatch& outputs, std::span<const float> direction,
                   std::span<float> product) const override {
        for (std::size_t n = 0; n < outputs.batch; ++n) {
            const std::vector<double> p = softmax(outputs, n);
            const auto d = direction.subspan(n * p.size(), p.size());
            double along = 0;
            for (std::size_t k = 0; k < p.size(); ++k)
                along += p[k] * d[k];
            for (std::size_t k = 0; k < p.size(); ++k) {
                product[n * p.size() + k] =
                    static_cast<float>(p[k] * (d[k] - along) / static_cast<double>(outputs.batch));
            }
        }
    }

  private:
    void check(const OutputBatch& outputs) const {
        if (labels_.size() != outputs.batch) {
            throw DataError(message("loss: ", labels_.size(), " labels for ", outputs.batch,
                                    " images, one for each expected"));
        }
        const auto bad = std::ranges::find_if(labels_, [&](std::int64_t label) {
            return label < 0 || label >= static_cast<std::int64_t>(outputs.width);
        });
        if (bad != labels_.end()) {
            throw DataError(message("loss: label ", *bad, " of image ", bad - labels_.begin(),
                                    ", one from 0 to ", outputs.width - 1, " expected"));
        }
    }

    /// Greatest output, and the logarithm of the sum of exponentials above it.
    static std::pair<double, double> scale(const OutputBatch& outputs, std::size_t row) {
        const auto values = outputs.values.subspan(row * outputs.width, outputs.width);
        const double most = *std::ranges::max_element(values);
        double sum = 0;
        for (const float value : values)
            sum += std::exp(value - most);
        return {most, std::log(sum)};
    }
    static double log_softmax(const OutputBatch& outputs, std::size_t row, std::size_t k) {
        const auto [most, log_sum] = scale(outputs, row);
        return outputs.values[row * outputs.width + k] - most - log_sum;
    }
    static std::vector<double> softmax(const OutputBatch& outputs, std::size_t row) {
        const auto [most, log_sum] = scale(outputs, row);
        std::vector<double> p(outputs.width);
        for (std::size_t k = 0; k < p.size(); ++k)
            p[k] = std::exp(outputs.values[row * outputs.width + k] - most - log_sum);
        return p;
    }

    std::vector<std::int64_t> labels_;
};

}  // namespace

std::unique_ptr<OutputLoss> sum_loss(bool mean) {
    return std::make_unique<SumLoss>(mean);
}

std::unique_ptr<OutputLoss> weighted_sum_loss(std::vector<float> weights) {
    return std::make_unique<WeightedSumLoss>(std::move(weights));
}

std::unique_ptr<OutputLoss> squared_error_loss(std::vector<float> targets) {
    return std::make_unique<SquaredErrorLoss>(std::move(targets));
}

std::unique_ptr<OutputLoss> cross_entropy_loss(std::vector<std::int64_t> labels) {
    return std::make_unique<CrossEntropyLoss>(std::move(labels));
}

}  // namespace latpred
