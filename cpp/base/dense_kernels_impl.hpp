// The kernels for one instruction set. No include guard: dense_kernels.cpp includes this once a
// set, inside a namespace, with LATPRED_LANES floats a vector and tiles of LATPRED_TILE_ROWS x
// LATPRED_TILE_LANES vectors (and LATPRED_DOT_ROWS x 4 dot products) that fit its registers.
// Templates over the vector would be lowered for the baseline before they could be inlined.

using Vector = float
    __attribute__((vector_size(LATPRED_LANES * sizeof(float)), aligned(alignof(float)), may_alias));
using Quad =
    float __attribute__((vector_size(4 * sizeof(float)), aligned(alignof(float)), may_alias));

inline Vector load(const float* from) {
    return *reinterpret_cast<const Vector*>(from);
}

inline void store(float* to, Vector value) {
    *reinterpret_cast<Vector*>(to) = value;
}

template <std::size_t rows, std::size_t lanes>
inline void tile(const Product& p, std::size_t i, std::size_t j) {
    Vector sums[rows][lanes];
    for (std::size_t r = 0; r < rows; ++r) {
        for (std::size_t l = 0; l < lanes; ++l)
            sums[r][l] = p.bias ? load(p.bias + j + l * LATPRED_LANES) : Vector{};
    }
    const float* a = p.a + i * p.row_step;
    const float* b = p.b + j;
    for (std::size_t k = 0; k < p.k; ++k, a += p.column_step, b += p.n) {
        Vector right[lanes];
        for (std::size_t l = 0; l < lanes; ++l)
            right[l] = load(b + l * LATPRED_LANES);
        for (std::size_t r = 0; r < rows; ++r) {
            for (std::size_t l = 0; l < lanes; ++l)
                sums[r][l] += a[r * p.row_step] * right[l];
        }
    }
    for (std::size_t r = 0; r < rows; ++r) {
        for (std::size_t l = 0; l < lanes; ++l) {
            const Vector sum = sums[r][l];
            store(p.c + (i + r) * p.n + j + l * LATPRED_LANES,
                  p.relu ? (sum > Vector{} ? sum : Vector{}) : sum);
        }
    }
}

template <std::size_t rows>
inline void row_of_tiles(const Product& p, std::size_t i, std::size_t begin, std::size_t end) {
    std::size_t j = begin;
    for (; j + LATPRED_TILE_LANES * LATPRED_LANES <= end; j += LATPRED_TILE_LANES * LATPRED_LANES)
        tile<rows, LATPRED_TILE_LANES>(p, i, j);
    for (; j < end; j += LATPRED_LANES)
        tile<rows, 1>(p, i, j);
}

inline void multiply(const Product& p) {
    // Deep products take b by columns that stay in the L1 cache, flat ones write c row by row.
    const std::size_t block = p.k > 64 ? LATPRED_TILE_LANES * LATPRED_LANES : p.n;
    for (std::size_t begin = 0; begin < p.n; begin += block) {
        const std::size_t end = begin + block < p.n ? begin + block : p.n;
        std::size_t i = 0;
        for (; i + LATPRED_TILE_ROWS <= p.m; i += LATPRED_TILE_ROWS)
            row_of_tiles<LATPRED_TILE_ROWS>(p, i, begin, end);
        for (; i < p.m; ++i)
            row_of_tiles<1>(p, i, begin, end);
    }
}

/// The sums of four vectors.
inline Quad sums_of(const Vector* vectors) {
    Quad parts[4];
    for (std::size_t v = 0; v < 4; ++v) {
        const auto* quads = reinterpret_cast<const Quad*>(vectors + v);
        parts[v] = quads[0];
        for (std::size_t q = 1; q < LATPRED_LANES / 4; ++q)
            parts[v] += quads[q];
    }
    const Quad low = __builtin_shufflevector(parts[0], parts[1], 0, 4, 1, 5) +
                     __builtin_shufflevector(parts[0], parts[1], 2, 6, 3, 7);
    const Quad high = __builtin_shufflevector(parts[2], parts[3], 0, 4, 1, 5) +
                      __builtin_shufflevector(parts[2], parts[3], 2, 6, 3, 7);
    return __builtin_shufflevector(low, high, 0, 1, 4, 5) +
           __builtin_shufflevector(low, high, 2, 3, 6, 7);
}

template <std::size_t rows>
inline void dots(const float* a, const float* b, float* c, std::size_t n, std::size_t depth) {
    Vector sums[rows][4] = {};
    for (std::size_t k = 0; k < depth; k += LATPRED_LANES) {
        Vector right[4];
        for (std::size_t l = 0; l < 4; ++l)
            right[l] = load(b + l * depth + k);
        for (std::size_t r = 0; r < rows; ++r) {
            const Vector left = load(a + r * depth + k);
            for (std::size_t l = 0; l < 4; ++l)
                sums[r][l] += left * right[l];
        }
    }
    for (std::size_t r = 0; r < rows; ++r)
        *reinterpret_cast<Quad*>(c + r * n) = sums_of(sums[r]);
}

inline void multiply_transposed(const float* a, const float* b, float* c, std::size_t m,
                                std::size_t n, std::size_t depth) {
    constexpr std::size_t block = 4 * LATPRED_DOT_ROWS;  // rows of a that stay in the L1 cache
    for (std::size_t begin = 0; begin < m; begin += block) {
        const std::size_t end = begin + block < m ? begin + block : m;
        for (std::size_t j = 0; j < n; j += 4) {
            std::size_t i = begin;
            for (; i + LATPRED_DOT_ROWS <= end; i += LATPRED_DOT_ROWS)
                dots<LATPRED_DOT_ROWS>(a + i * depth, b + j * depth, c + i * n + j, n, depth);
            for (; i < end; ++i)
                dots<1>(a + i * depth, b + j * depth, c + i * n + j, n, depth);
        }
    }
}

inline void add_leaky(const LeakySum& s, float* out, std::size_t n) {
    for (std::size_t i = 0; i < n; i += LATPRED_LANES) {
        const Vector sum = load(s.a + i) + load(s.b + i);
        const Vector bent = s.slope * sum;
        store(out + i, load(out + i) + load(s.c + i) + (sum > Vector{} ? sum : bent));
    }
}

template <std::size_t lanes>
inline void gather_lanes(const float* table, std::span<const std::uint32_t> rows, const float* bias,
                         float* out, std::size_t n, std::size_t j) {
    Vector sums[lanes];
    for (std::size_t l = 0; l < lanes; ++l)
        sums[l] = load(bias + j + l * LATPRED_LANES);
    for (const std::uint32_t row : rows) {
        for (std::size_t l = 0; l < lanes; ++l)
            sums[l] += load(table + row * n + j + l * LATPRED_LANES);
    }
    for (std::size_t l = 0; l < lanes; ++l)
        store(out + j + l * LATPRED_LANES, sums[l]);
}

inline void gather_sum(const float* table, std::span<const std::uint32_t> rows, const float* bias,
                       float* out, std::size_t n) {
    std::size_t j = 0;
    for (; j + 5 * LATPRED_LANES <= n; j += 5 * LATPRED_LANES)
        gather_lanes<5>(table, rows, bias, out, n, j);
    for (; j < n; j += LATPRED_LANES)
        gather_lanes<1>(table, rows, bias, out, n, j);
}

inline void scatter_add(const float* values, std::span<const std::uint32_t> rows, float* table,
                        std::size_t n) {
    for (const std::uint32_t row : rows) {
        float* place = table + row * n;
        for (std::size_t j = 0; j < n; j += LATPRED_LANES)
            store(place + j, load(place + j) + load(values + j));
    }
}

/// `weights[i]` times row `rows[i]` of b, added up from `bias` on.
template <std::size_t lanes>
inline void weighted_lanes(std::span<const float> weights, const std::uint32_t* rows,
                           const float* b, const float* bias, float* out, std::size_t n,
                           std::size_t j) {
    Vector sums[lanes];
    for (std::size_t l = 0; l < lanes; ++l)
        sums[l] = load(bias + j + l * LATPRED_LANES);
    for (std::size_t i = 0; i < weights.size(); ++i) {
        const float* row = b + rows[i] * n + j;
        for (std::size_t l = 0; l < lanes; ++l)
            sums[l] += weights[i] * load(row + l * LATPRED_LANES);
    }
    for (std::size_t l = 0; l < lanes; ++l)
        store(out + j + l * LATPRED_LANES, sums[l]);
}

inline void weighted_sum(std::span<const float> weights, const std::uint32_t* rows, const float* b,
                         const float* bias, float* out, std::size_t n) {
    std::size_t j = 0;
    for (; j + 5 * LATPRED_LANES <= n; j += 5 * LATPRED_LANES)
        weighted_lanes<5>(weights, rows, b, bias, out, n, j);
    for (; j < n; j += LATPRED_LANES)
        weighted_lanes<1>(weights, rows, b, bias, out, n, j);
}

/// The root of each; SSE's and AVX's instructions, as the compiler keeps errno for sqrtf.
inline Vector root(Vector values) {
#ifdef LATPRED_ROOT
    return LATPRED_ROOT(values);
#else
    for (std::size_t l = 0; l < LATPRED_LANES; ++l)
        values[l] = std::sqrt(values[l]);
    return values;
#endif
}

inline void adam(const AdamStep& s, const float* gradients, float* values, float* mean,
                 float* squares, std::size_t n) {
    for (std::size_t i = 0; i < n; i += LATPRED_LANES) {
        const Vector value = load(values + i);
        const Vector slope = load(gradients + i) + s.added_decay * value;
        const Vector m = load(mean + i) + s.mean_share * (slope - load(mean + i));
        const Vector v = s.squares_kept * load(squares + i) + s.squares_share * slope * slope;
        store(mean + i, m);
        store(squares + i, v);
        const Vector size = root(v) * s.unbiased + s.epsilon;
        store(values + i, value * s.kept - s.rate * m / size);
    }
}

inline void momentum_descent(const MomentumStep& s, const float* gradients, float* values,
                             float* velocity, std::size_t n) {
    for (std::size_t i = 0; i < n; i += LATPRED_LANES) {
        const Vector value = load(values + i);
        const Vector slope = load(gradients + i) + s.added_decay * value;
        const Vector speed = s.momentum * load(velocity + i) + slope;
        store(velocity + i, speed);
        store(values + i, value - s.rate * (s.nesterov ? slope + s.momentum * speed : speed));
    }
}
