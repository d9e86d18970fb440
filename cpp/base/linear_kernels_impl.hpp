// The kernels for one instruction set. No include guard: linear_kernels.cpp includes this once a
// set, inside a namespace, with LATPRED_LANES doubles a vector and tiles of LATPRED_TILE_VECTORS
// vectors of rows by LATPRED_TILE_COLUMNS columns that fit its registers.

using Vector = double __attribute__((vector_size(LATPRED_LANES * sizeof(double)),
                                     aligned(alignof(double)), may_alias));
using Bits = long long __attribute__((vector_size(LATPRED_LANES * sizeof(double)),
                                      aligned(alignof(double)), may_alias));

constexpr std::size_t tile_rows = LATPRED_LANES * LATPRED_TILE_VECTORS;
constexpr std::size_t tile_columns = LATPRED_TILE_COLUMNS;

inline Vector load(const double* from) {
    return *reinterpret_cast<const Vector*>(from);
}

inline void store(double* to, Vector value) {
    *reinterpret_cast<Vector*>(to) = value;
}

/// Slivers of `width` rows (of the matrix or its transpose), each depth x width, zeros at the end.
inline void pack(const double* from, std::ptrdiff_t row, std::ptrdiff_t step, std::size_t rows,
                 std::size_t depth, std::size_t width, double* to) {
    for (std::size_t begin = 0; begin < rows; begin += width) {
        const std::size_t kept = rows - begin < width ? rows - begin : width;
        const double* sliver = from + static_cast<std::ptrdiff_t>(begin) * row;
        for (std::size_t d = 0; d < depth; ++d, to += width) {
            const double* values = sliver + static_cast<std::ptrdiff_t>(d) * step;
            if (row == 1 && kept == width) {
                for (std::size_t i = 0; i < width; ++i)
                    to[i] = values[i];
                continue;
            }
            for (std::size_t i = 0; i < kept; ++i)
                to[i] = values[static_cast<std::ptrdiff_t>(i) * row];
            for (std::size_t i = kept; i < width; ++i)
                to[i] = 0;
        }
    }
}

/// tile (columns of tile_rows) = packed a times packed b.
inline void multiply_tile(const double* a, const double* b, std::size_t depth, double* tile) {
    Vector sums[LATPRED_TILE_COLUMNS][LATPRED_TILE_VECTORS] = {};
    for (std::size_t d = 0; d < depth; ++d, a += tile_rows, b += tile_columns) {
        Vector left[LATPRED_TILE_VECTORS];
        for (std::size_t v = 0; v < LATPRED_TILE_VECTORS; ++v)
            left[v] = load(a + v * LATPRED_LANES);
        for (std::size_t j = 0; j < tile_columns; ++j) {
            for (std::size_t v = 0; v < LATPRED_TILE_VECTORS; ++v)
                sums[j][v] += left[v] * b[j];
        }
    }
    for (std::size_t j = 0; j < tile_columns; ++j) {
        for (std::size_t v = 0; v < LATPRED_TILE_VECTORS; ++v)
            store(tile + j * tile_rows + v * LATPRED_LANES, sums[j][v]);
    }
}

/// Adds the part of a tile that c has, from row i and column j on.
inline void add_tile(const Addition& p, const double* tile, std::size_t i, std::size_t j) {
    const std::size_t rows = p.m - i < tile_rows ? p.m - i : tile_rows;
    const std::size_t columns = p.n - j < tile_columns ? p.n - j : tile_columns;
    const double sign = p.subtract ? -1 : 1;
    for (std::size_t y = 0; y < columns; ++y) {
        double* c = p.c + i + static_cast<std::ptrdiff_t>(j + y) * p.c_column;
        const std::size_t first = p.lower && j + y > i ? j + y - i : 0;
        for (std::size_t x = first; x < rows; ++x)
            c[x] += sign * tile[y * tile_rows + x];
    }
}

inline void multiply_block(const Addition& p, const double* a, const double* b, std::size_t depth,
                           std::size_t i0, std::size_t i1, std::size_t j0, std::size_t j1) {
    double tile[tile_rows * tile_columns];
    for (std::size_t j = j0; j < j1; j += tile_columns) {
        for (std::size_t i = i0; i < i1; i += tile_rows) {
            if (p.lower && i + tile_rows <= j)
                continue;
            multiply_tile(a + (i - i0) * depth, b + (j - j0) * depth, depth, tile);
            add_tile(p, tile, i, j);
        }
    }
}

inline void multiply_add(const Addition& p, double* packed_a, double* packed_b) {
    for (std::size_t j0 = 0; j0 < p.n; j0 += block_columns) {
        const std::size_t j1 = j0 + block_columns < p.n ? j0 + block_columns : p.n;
        for (std::size_t d = 0; d < p.k; d += block_depth) {
            const std::size_t depth = p.k - d < block_depth ? p.k - d : block_depth;
            const auto done = static_cast<std::ptrdiff_t>(d);
            pack(p.b.data + done * p.b.row + static_cast<std::ptrdiff_t>(j0) * p.b.column,
                 p.b.column, p.b.row, j1 - j0, depth, tile_columns, packed_b);
            for (std::size_t i0 = 0; i0 < p.m; i0 += block_rows) {
                const std::size_t i1 = i0 + block_rows < p.m ? i0 + block_rows : p.m;
                if (p.lower && i1 <= j0)
                    continue;
                pack(p.a.data + static_cast<std::ptrdiff_t>(i0) * p.a.row + done * p.a.column,
                     p.a.row, p.a.column, i1 - i0, depth, tile_rows, packed_a);
                multiply_block(p, packed_a, packed_b, depth, i0, i1, j0, j1);
            }
        }
    }
}

constexpr std::size_t systems = 8 * LATPRED_LANES;  ///< solved side by side

/// `l` packed by rows (or by columns from the last, transposed): n values an unknown.
inline void solve_packed(const double* l, std::size_t n, double* x) {
    for (std::size_t u = 0; u < n; ++u, l += n) {
        Vector sums[8];
        for (std::size_t v = 0; v < 8; ++v)
            sums[v] = load(x + u * systems + v * LATPRED_LANES);
        for (std::size_t t = 0; t < u; ++t) {
            for (std::size_t v = 0; v < 8; ++v)
                sums[v] -= l[t] * load(x + t * systems + v * LATPRED_LANES);
        }
        for (std::size_t v = 0; v < 8; ++v)
            store(x + u * systems + v * LATPRED_LANES, sums[v] / l[u]);
    }
}

/// Unknowns in the order of their solution: the first or, transposed, the last comes first.
inline void solve_triangular(const Triangle& p) {
    double l[triangle_size * triangle_size];
    double x[triangle_size * systems];
    const std::size_t n = p.n;
    const auto place = [&p, n](std::size_t u) {
        return static_cast<std::ptrdiff_t>(p.transposed ? n - 1 - u : u);
    };
    for (std::size_t u = 0; u < n; ++u) {
        for (std::size_t t = 0; t <= u; ++t) {
            l[u * n + t] = p.transposed ? p.l[place(t) + place(u) * p.l_column]
                                        : p.l[place(u) + place(t) * p.l_column];
        }
    }
    for (std::size_t begin = 0; begin < p.count; begin += systems) {
        const std::size_t kept = p.count - begin < systems ? p.count - begin : systems;
        double* first = p.x + static_cast<std::ptrdiff_t>(begin) * p.system;
        for (std::size_t u = 0; u < n; ++u) {
            const double* from = first + place(u) * p.unknown;
            for (std::size_t s = 0; s < systems; ++s)
                x[u * systems + s] = s < kept ? from[static_cast<std::ptrdiff_t>(s) * p.system] : 0;
        }
        solve_packed(l, n, x);
        for (std::size_t u = 0; u < n; ++u) {
            double* to = first + place(u) * p.unknown;
            for (std::size_t s = 0; s < kept; ++s)
                to[static_cast<std::ptrdiff_t>(s) * p.system] = x[u * systems + s];
        }
    }
}

inline bool factor_lower(double* a, std::ptrdiff_t column, std::size_t n) {
    for (std::size_t j = 0; j < n; ++j) {
        double* pivot = a + static_cast<std::ptrdiff_t>(j) * column;
        if (!(pivot[j] > 0) || !(pivot[j] <= largest))
            return false;
        const double root = __builtin_sqrt(pivot[j]);
        pivot[j] = root;
        for (std::size_t i = j + 1; i < n; ++i)
            pivot[i] /= root;
        for (std::size_t c = j + 1; c < n; ++c) {
            double* next = a + static_cast<std::ptrdiff_t>(c) * column;
            const double factor = pivot[c];
            for (std::size_t i = c; i < n; ++i)
                next[i] -= factor * pivot[i];
        }
    }
    return true;
}

/// exp(x) for -700 <= x <= 0: 2^n times the Taylor series on |r| <= ln(2) / 2.
inline Vector exponential(Vector x) {
    constexpr double magic = 6755399441055744.0;  // 1.5 * 2^52: the sum's low bits are the integer
    const Vector shifted = x * std::numbers::log2e + magic;
    const Vector whole = shifted - magic;
    // ln(2) in two parts (Cody and Waite), so that the first product is exact.
    constexpr double ln2_high = 6.93147180369123816490e-01;  // NOLINT: rounded on purpose
    constexpr double ln2_low = 1.90821492927058770002e-10;
    const Vector r = (x - whole * ln2_high) - whole * ln2_low;
    Vector sum = Vector{} + inverse_factorials[0];
    for (std::size_t i = 1; i < inverse_factorial_count; ++i)
        sum = sum * r + inverse_factorials[i];
    const Bits exponent = (reinterpret_cast<const Bits&>(shifted) << 52) +
                          (Bits{} + (static_cast<long long>(1023) << 52));
    return sum * reinterpret_cast<const Vector&>(exponent);
}

inline Vector exponential_pair(Vector value, const double* amount, double slow_rate) {
    Vector x = value * -slow_rate;
    const Vector least = Vector{} - 700.0;
    x = x > least ? x : least;
    const Vector slow = exponential(x);
    const Vector second = slow * slow;
    const Vector fourth = second * second;
    const Vector eighth = fourth * fourth;
    return amount[0] * (eighth * eighth) + amount[1] * slow;
}

inline void exponential_pair(double* values, std::size_t count, const double* amount,
                             double slow_rate) {
    std::size_t i = 0;
    for (; i + LATPRED_LANES <= count; i += LATPRED_LANES)
        store(values + i, exponential_pair(load(values + i), amount, slow_rate));
    if (i == count)
        return;
    double rest[LATPRED_LANES] = {};
    for (std::size_t j = i; j < count; ++j)
        rest[j - i] = values[j];
    store(rest, exponential_pair(load(rest), amount, slow_rate));
    for (std::size_t j = i; j < count; ++j)
        values[j] = rest[j - i];
}

inline double weigh(const double* values, const double* weights, std::size_t n) {
    Vector sums[4] = {};
    std::size_t i = 0;
    for (; i + 4 * LATPRED_LANES <= n; i += 4 * LATPRED_LANES) {
        for (std::size_t v = 0; v < 4; ++v)
            sums[v] += load(values + i + v * LATPRED_LANES) * load(weights + i + v * LATPRED_LANES);
    }
    const Vector all = (sums[0] + sums[1]) + (sums[2] + sums[3]);
    double sum = 0;
    for (std::size_t lane = 0; lane < LATPRED_LANES; ++lane)
        sum += all[lane];
    for (; i < n; ++i)
        sum += values[i] * weights[i];
    return sum;
}

inline void weigh_columns(const double* matrix, std::size_t n, std::size_t columns,
                          const double* weights, double* sums) {
    for (std::size_t c = 0; c < columns; ++c)
        sums[c] = weigh(matrix + c * n, weights, n);
}
