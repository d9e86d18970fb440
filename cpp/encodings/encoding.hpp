// Encodings: architectures as numbers for models.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "spaces/architectures.hpp"

namespace latpred {

/// Of float32, in which the encodings of costs count.
inline constexpr std::int64_t bytes_per_value = 4;

/// Architectures of one space -> N x F float32, row-major. Made once a space, used many times.
class Encoding {
  public:
    explicit Encoding(SpacePtr space) : space_(std::move(space)) {}
    Encoding(const Encoding&) = delete;
    Encoding& operator=(const Encoding&) = delete;
    virtual ~Encoding() = default;

    [[nodiscard]] const Space& space() const { return *space_; }
    [[nodiscard]] const SpacePtr& space_ptr() const { return space_; }

    /// One name for each of the F columns.
    [[nodiscard]] virtual std::vector<std::string> feature_names() const = 0;
    [[nodiscard]] virtual std::size_t features() const = 0;

    /// Writes N x F values. SchemaError for architectures of another family, ConfigError where
    /// `out` has not N x F places.
    void encode(const Architectures& archs, std::span<float> out) const;

    /// The architectures of N x F values; ConfigError where the encoding cannot be reversed,
    /// DataError naming row and column for values that no architecture has.
    [[nodiscard]] virtual Architectures decode(std::span<const float> values) const;

  protected:
    virtual void write(const Architectures& archs, std::span<float> out) const = 0;

  private:
    SpacePtr space_;
};

using EncodingPtr = std::shared_ptr<const Encoding>;

/// ConfigError, listing the known names, where there is none such.
EncodingPtr make_encoding(const std::string& name, const SpacePtr& space);

std::vector<std::string> encoding_names();

}  // namespace latpred
