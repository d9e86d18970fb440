// Rows that a perceptron reads: lists of ones where the features are bits, else numbers.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace latpred {

/// N x F features. Those that are no bits are standardised: (x - shift) x factor.
class MlpInput {
  public:
    /// `x`: N x F, row-major. ConfigError for another size, DataError where a value is not finite.
    MlpInput(std::vector<float> x, std::size_t rows, std::size_t columns);

    /// Standardises columns that are no bits; of another batch `like` copies the numbers.
    void standardise();
    void standardise(const MlpInput& like);

    [[nodiscard]] std::size_t rows() const { return rows_; }
    [[nodiscard]] std::size_t columns() const { return columns_; }
    [[nodiscard]] bool bits() const { return bits_; }
    [[nodiscard]] std::span<const double> shift() const { return shift_; }
    [[nodiscard]] std::span<const double> factor() const { return factor_; }

    /// Columns that are 1; only where all features are bits.
    [[nodiscard]] std::span<const std::uint32_t> ones(std::size_t row) const {
        return std::span(ones_).subspan(begin_[row], begin_[row + 1] - begin_[row]);
    }
    /// All F values.
    [[nodiscard]] std::span<const float> values(std::size_t row) const {
        return std::span(x_).subspan(row * columns_, columns_);
    }

  private:
    void apply();

    std::vector<float> x_;
    std::size_t rows_;
    std::size_t columns_;
    bool bits_ = true;
    std::vector<std::uint32_t> ones_;
    std::vector<std::size_t> begin_;
    std::vector<double> shift_;
    std::vector<double> factor_;
};

}  // namespace latpred
