// Rows of genes to columns, eight by eight.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "spaces/gene.hpp"

namespace latpred {

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

}  // namespace latpred
