// Whole numbers of any size: spaces hold more networks than 64 bits count.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace latpred {

class Natural {
  public:
    Natural(std::uint64_t value = 0) {  // NOLINT: a number is a number
        for (; value > 0; value >>= 32U)
            digits_.push_back(static_cast<std::uint32_t>(value));
    }

    Natural& operator+=(const Natural& other) {
        digits_.resize(std::max(digits_.size(), other.digits_.size()) + 1);
        std::uint64_t carry = 0;
        for (std::size_t i = 0; i < digits_.size(); ++i) {
            carry += digits_[i];
            carry += i < other.digits_.size() ? other.digits_[i] : 0U;
            digits_[i] = static_cast<std::uint32_t>(carry);
            carry >>= 32U;
        }
        trim();
        return *this;
    }

    Natural& operator*=(const Natural& other) { return *this = *this * other; }

    friend Natural operator*(const Natural& a, const Natural& b) {
        Natural product;
        product.digits_.resize(a.digits_.size() + b.digits_.size());
        for (std::size_t i = 0; i < a.digits_.size(); ++i) {
            std::uint64_t carry = 0;
            for (std::size_t j = 0; j < b.digits_.size(); ++j) {
                carry += std::uint64_t{a.digits_[i]} * b.digits_[j] + product.digits_[i + j];
                product.digits_[i + j] = static_cast<std::uint32_t>(carry);
                carry >>= 32U;
            }
            product.digits_[i + b.digits_.size()] = static_cast<std::uint32_t>(carry);
        }
        product.trim();
        return product;
    }

    /// Rounded down.
    void halve() {
        for (std::size_t i = 0; i < digits_.size(); ++i) {
            const std::uint32_t above = i + 1 < digits_.size() ? digits_[i + 1] : 0U;
            digits_[i] = (digits_[i] >> 1U) | (above << 31U);
        }
        trim();
    }

    /// Nothing where 64 bits do not hold it.
    [[nodiscard]] std::optional<std::uint64_t> word() const {
        if (digits_.size() > 2)
            return std::nullopt;
        std::uint64_t value = 0;
        for (std::size_t i = digits_.size(); i-- > 0;)
            value = (value << 32U) | digits_[i];
        return value;
    }
    [[nodiscard]] bool exceeds(std::uint64_t limit) const { return !word() || *word() > limit; }

    /// In decimal.
    [[nodiscard]] std::string text() const {
        std::string reversed;
        for (Natural rest = *this; !rest.digits_.empty() || reversed.empty();)
            reversed += static_cast<char>('0' + rest.divide_by_ten());
        return {reversed.rbegin(), reversed.rend()};
    }

  private:
    void trim() {
        while (!digits_.empty() && digits_.back() == 0)
            digits_.pop_back();
    }

    /// Returns the remainder.
    std::uint32_t divide_by_ten() {
        std::uint64_t rest = 0;
        for (std::size_t i = digits_.size(); i-- > 0;) {
            rest = (rest << 32U) | digits_[i];
            digits_[i] = static_cast<std::uint32_t>(rest / 10);
            rest %= 10;
        }
        trim();
        return static_cast<std::uint32_t>(rest);
    }

    std::vector<std::uint32_t> digits_;  ///< of base 2^32, the least first, no zero at the end
};

}  // namespace latpred
