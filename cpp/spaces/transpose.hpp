// Rows of genes to columns, eight by eight, and to the numbers of joint choices.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <span>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "spaces/gene.hpp"

namespace latpred {

inline constexpr std::size_t transpose_lanes = 8;
/// Rows that evaluators of tables take at once.
inline constexpr std::size_t tile_rows = 64;

/// Transposes 8 rows x 8 columns of 16-bit values; strides count values.
inline void transpose_tile(const GeneValue* in, std::size_t in_stride, std::uint16_t* out,
                           std::size_t out_stride) {
#ifdef __SSE2__
    __m128i a[8];
    __m128i b[8];
    for (std::size_t i = 0; i < 8; ++i) {
        a[i] = _mm_loadu_si128(reinterpret_cast<const __m128i*>(in + i * in_stride));
    }
    for (std::size_t i = 0; i < 4; ++i) {
        b[2 * i] = _mm_unpacklo_epi16(a[i], a[i + 4]);
        b[2 * i + 1] = _mm_unpackhi_epi16(a[i], a[i + 4]);
    }
    for (std::size_t i = 0; i < 4; ++i) {
        a[2 * i] = _mm_unpacklo_epi16(b[i], b[i + 4]);
        a[2 * i + 1] = _mm_unpackhi_epi16(b[i], b[i + 4]);
    }
    for (std::size_t i = 0; i < 4; ++i) {
        b[2 * i] = _mm_unpacklo_epi16(a[i], a[i + 4]);
        b[2 * i + 1] = _mm_unpackhi_epi16(a[i], a[i + 4]);
    }
    for (std::size_t i = 0; i < 8; ++i) {
        _mm_storeu_si128(reinterpret_cast<__m128i*>(out + i * out_stride), b[i]);
    }
#else
    for (std::size_t row = 0; row < 8; ++row) {
        for (std::size_t column = 0; column < 8; ++column) {
            out[column * out_stride + row] =
                static_cast<std::uint16_t>(in[row * in_stride + column]);
        }
    }
#endif
}

/// `rows` x `columns` genes into `out`[column][row] with row stride `stride` (a multiple of 8, at
/// least `rows`); rows up to the next multiple of 8 become 0. `padded` holds 8 x `columns` values.
inline void transpose_rows(const GeneValue* genes, std::size_t rows, std::size_t columns,
                           std::size_t stride, std::uint16_t* out, GeneValue* padded) {
    for (std::size_t row = 0; row < rows; row += 8) {
        const GeneValue* in = genes + row * columns;
        if (rows - row < 8) {
            std::fill_n(padded, 8 * columns, GeneValue{0});
            std::memcpy(padded, in, (rows - row) * columns * sizeof(GeneValue));
            in = padded;
        }
        std::size_t column = 0;
        for (; column + 8 <= columns; column += 8) {
            transpose_tile(in + column, columns, out + column * stride + row, stride);
        }
        if (column < columns && columns >= 8) {
            column = columns - 8;  // the last tile overlaps the one before
            transpose_tile(in + column, columns, out + column * stride + row, stride);
            column = columns;
        }
        for (; column < columns; ++column) {
            for (std::size_t i = 0; i < 8; ++i) {
                out[column * stride + row + i] =
                    static_cast<std::uint16_t>(in[i * columns + column]);
            }
        }
    }
}

/// Lanes of 16-bit numbers.
using TileLanes __attribute__((vector_size(16))) = std::uint16_t;

/// number[row] = sum over the columns of column[row] x stride for `tile_rows` rows of a transposed
/// tile; numbers stay below 65,536.
template <class Stride>
void joint_choices(const std::uint16_t* by_column, std::span<const std::uint16_t> columns,
                   std::span<const Stride> strides, std::uint16_t* number) {
    constexpr std::size_t vectors = tile_rows / transpose_lanes;
    TileLanes sums[vectors] = {};
    for (std::size_t k = 0; k < columns.size(); ++k) {
        const std::uint16_t* column = by_column + columns[k] * tile_rows;
        const auto stride = static_cast<std::uint16_t>(strides[k]);
        for (std::size_t i = 0; i < vectors; ++i) {
            TileLanes values;
            std::memcpy(&values, column + i * transpose_lanes, sizeof values);
            sums[i] += values * stride;
        }
    }
    std::memcpy(number, sums, sizeof sums);
}

/// The same for numbers of 32 bits.
inline void joint_choices(const std::uint16_t* by_column, std::span<const std::uint16_t> columns,
                          std::span<const std::uint32_t> strides, std::uint32_t* number) {
    std::fill_n(number, tile_rows, 0U);
    for (std::size_t k = 0; k < columns.size(); ++k) {
        const std::uint16_t* column = by_column + columns[k] * tile_rows;
        for (std::size_t i = 0; i < tile_rows; ++i)
            number[i] += column[i] * strides[k];
    }
}

}  // namespace latpred
