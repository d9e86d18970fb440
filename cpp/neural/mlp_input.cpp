#include "neural/mlp_input.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/error.hpp"
#include "base/text.hpp"

namespace latpred {
namespace {

bool is_bit(float value) {
    return value == 0.0F || value == 1.0F;
}

}  // namespace

MlpInput::MlpInput(std::vector<float> x, std::size_t rows, std::size_t columns)
    : x_(std::move(x)), rows_(rows), columns_(columns), bits_(std::ranges::all_of(x_, is_bit)),
      shift_(columns, 0.0), factor_(columns, 1.0) {
    if (columns == 0 || x_.size() != rows * columns) {
        throw ConfigError(
            message("mlp: ", x_.size(), " features for ", rows, " rows of ", columns));
    }
    for (std::size_t i = 0; i < x_.size(); ++i) {
        if (!std::isfinite(x_[i])) {
            throw DataError(message("mlp: row ", i / columns, ", feature ", i % columns, " is ",
                                    x_[i], ", a finite number expected"));
        }
    }
    begin_.push_back(0);
    for (std::size_t row = 0; bits_ && row < rows; ++row) {
        for (std::size_t column = 0; column < columns; ++column) {
            if (x_[row * columns + column] != 0.0F)
                ones_.push_back(static_cast<std::uint32_t>(column));
        }
        begin_.push_back(ones_.size());
    }
}

void MlpInput::standardise() {
    const auto n = static_cast<double>(rows_);
    for (std::size_t column = 0; !bits_ && column < columns_; ++column) {
        bool only_bits = true;
        double sum = 0;
        for (std::size_t row = 0; row < rows_; ++row) {
            const float value = x_[row * columns_ + column];
            only_bits = only_bits && is_bit(value);
            sum += value;
        }
        if (only_bits)
            continue;
        const double mean = sum / n;
        double squares = 0;
        for (std::size_t row = 0; row < rows_; ++row) {
            const double away = x_[row * columns_ + column] - mean;
            squares += away * away;
        }
        const double deviation = std::sqrt(squares / n);
        shift_[column] = mean;
        // A constant tells nothing; float32 rounds large counts.
        factor_[column] = deviation > 1e-6 * std::abs(mean) ? 1 / deviation : 0;
    }
    apply();
}

void MlpInput::standardise(const MlpInput& like) {
    shift_ = like.shift_;
    factor_ = like.factor_;
    // Bits may be all that this batch holds of numbers, e.g. one row of zeros.
    if (bits_ && !like.bits_) {
        bits_ = false;
        ones_.clear();
        begin_ = {0};
    }
    apply();
}

void MlpInput::apply() {
    for (std::size_t i = 0; !bits_ && i < x_.size(); ++i) {
        const std::size_t column = i % columns_;
        x_[i] = static_cast<float>((x_[i] - shift_[column]) * factor_[column]);
    }
}

}  // namespace latpred
