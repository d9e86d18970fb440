#include "networks/supernet_slices.hpp"

#include <algorithm>
#include <array>
#include <numeric>

namespace latpred {
namespace {

/// A shape of up to four dimensions; those that are not there have one entry.
struct Extents {
    std::array<std::int64_t, 4> of{1, 1, 1, 1};

    explicit Extents(std::span<const std::int64_t> shape) { std::ranges::copy(shape, of.begin()); }

    [[nodiscard]] std::int64_t plane() const { return of[2] * of[3]; }
};

std::size_t index(std::int64_t value) {
    return static_cast<std::size_t>(value);
}

/// Copies the centre of a plane, `to` x `to_columns` out of `rows` x `columns`.
void copy_centre(const float* plane, std::int64_t rows, std::int64_t columns, std::int64_t to_rows,
                 std::int64_t to_columns, float* values) {
    const float* first = plane + (rows - to_rows) / 2 * columns + (columns - to_columns) / 2;
    for (std::int64_t row = 0; row < to_rows; ++row)
        std::copy_n(first + row * columns, to_columns, values + row * to_columns);
}

/// Calls `body` with each plane of the first channels and with where it goes.
template <class Body>
void for_planes(const NamedArray& from, const Extents& to, std::span<float> values, Body&& body) {
    const Extents all(from.shape);
    for (std::int64_t out = 0; out < to.of[0]; ++out) {
        for (std::int64_t in = 0; in < to.of[1]; ++in) {
            body(from.values.data() + (out * all.of[1] + in) * all.plane(),
                 values.data() + (out * to.of[1] + in) * to.plane());
        }
    }
}

}  // namespace

void cut_first(const NamedArray& from, std::span<const std::int64_t> shape,
               std::span<float> values) {
    const Extents all(from.shape);
    const Extents to(shape);
    for_planes(from, to, values, [&](const float* plane, float* place) {
        copy_centre(plane, all.of[2], all.of[3], to.of[2], to.of[3], place);
    });
}

void cut_transformed(const NamedArray& from, std::span<const std::int64_t> shape,
                     std::span<const KernelStep> steps, std::span<float> values) {
    const Extents all(from.shape);
    std::vector<float> plane(index(all.plane()));
    std::vector<float> centre(plane.size());
    for_planes(from, Extents(shape), values, [&](const float* given, float* place) {
        std::int64_t size = all.of[2];
        std::copy_n(given, all.plane(), plane.begin());
        for (const KernelStep& step : steps) {
            const std::int64_t count = step.to * step.to;
            copy_centre(plane.data(), size, size, step.to, step.to, centre.data());
            for (std::int64_t row = 0; row < count; ++row) {
                const std::span<const float> weights =
                    step.matrix.subspan(index(row * count), index(count));
                plane[index(row)] =
                    std::inner_product(weights.begin(), weights.end(), centre.begin(), 0.0F);
            }
            size = step.to;
        }
        std::copy_n(plane.begin(), size * size, place);
    });
}

}  // namespace latpred
