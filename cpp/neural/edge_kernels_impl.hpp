// The kernels for one instruction set. No include guard: edge_kernels.cpp includes this once a set,
// inside a namespace, with LATPRED_LANES floats a vector.

using Vector = float
    __attribute__((vector_size(LATPRED_LANES * sizeof(float)), aligned(alignof(float)), may_alias));

inline Vector load(const float* from) {
    return *reinterpret_cast<const Vector*>(from);
}

inline void store(float* to, Vector value) {
    *reinterpret_cast<Vector*>(to) = value;
}

inline float total(Vector values) {
    float sum = 0;
    for (std::size_t lane = 0; lane < LATPRED_LANES; ++lane)
        sum += values[lane];
    return sum;
}

/// out (width) = the sum of rows of x, `count` of them, each times its weight. Several vectors at a
/// time stay in registers over all rows.
inline void weigh_rows(const float* x, std::size_t width, const std::int32_t* rows,
                       const float* weights, std::size_t count, float* out) {
    constexpr std::size_t vectors = 4;
    std::size_t c = 0;
    for (; c + vectors * LATPRED_LANES <= width; c += vectors * LATPRED_LANES) {
        Vector sums[vectors] = {};
        for (std::size_t e = 0; e < count; ++e) {
            const float* row = x + static_cast<std::size_t>(rows[e]) * width + c;
            for (std::size_t v = 0; v < vectors; ++v)
                sums[v] += weights[e] * load(row + v * LATPRED_LANES);
        }
        for (std::size_t v = 0; v < vectors; ++v)
            store(out + c + v * LATPRED_LANES, sums[v]);
    }
    for (; c < width; ++c) {
        float sum = 0;
        for (std::size_t e = 0; e < count; ++e)
            sum += weights[e] * x[static_cast<std::size_t>(rows[e]) * width + c];
        out[c] = sum;
    }
}

/// Sum of x * y.
inline float dot(const float* x, const float* y, std::size_t n) {
    Vector sums{};
    std::size_t i = 0;
    for (; i + LATPRED_LANES <= n; i += LATPRED_LANES)
        sums += load(x + i) * load(y + i);
    float sum = total(sums);
    for (; i < n; ++i)
        sum += x[i] * y[i];
    return sum;
}

/// Sum of a * x * y.
inline float dot(const float* a, const float* x, const float* y, std::size_t n) {
    Vector sums{};
    std::size_t i = 0;
    for (; i + LATPRED_LANES <= n; i += LATPRED_LANES)
        sums += load(a + i) * load(x + i) * load(y + i);
    float sum = total(sums);
    for (; i < n; ++i)
        sum += a[i] * x[i] * y[i];
    return sum;
}

inline void sum_edges(const EdgeList& edges, const float* x, float* out, std::size_t width) {
    for (std::size_t node = 0; node < edges.nodes(); ++node) {
        const auto begin = static_cast<std::size_t>(edges.starts[node]);
        const auto end = static_cast<std::size_t>(edges.starts[node + 1]);
        weigh_rows(x, width, edges.from.data() + begin, edges.weights.data() + begin, end - begin,
                   out + node * width);
    }
}

inline void attend(const EdgeAttention& p, float* shares, float* leaks, float* out) {
    const float scale = 1 / std::sqrt(static_cast<float>(p.width));
    for (std::size_t node = 0; node < p.edges.nodes(); ++node) {
        const auto begin = static_cast<std::size_t>(p.edges.starts[node]);
        const auto end = static_cast<std::size_t>(p.edges.starts[node + 1]);
        float most = -std::numeric_limits<float>::infinity();
        for (std::size_t e = begin; e < end; ++e) {
            const auto source = static_cast<std::size_t>(p.edges.from[e]);
            const float raw =
                scale * dot(p.a, p.k + node * p.width, p.k + source * p.width, p.width);
            const float weight = p.edges.weights[e];
            leaks[e] = weight * scale * (raw > 0 ? 1 : p.slope);
            shares[e] = weight * (raw > 0 ? raw : raw * p.slope);
            most = shares[e] > most ? shares[e] : most;
        }
        float sum = 0;
        for (std::size_t e = begin; e < end; ++e) {
            shares[e] = std::exp(shares[e] - most);
            sum += shares[e];
        }
        for (std::size_t e = begin; e < end; ++e)
            shares[e] /= sum;
        weigh_rows(p.k, p.width, p.edges.from.data() + begin, shares + begin, end - begin,
                   out + node * p.width);
    }
}

/// Of one edge whose score has the slope `slope`.
inline void attend_edge_backward(const EdgeAttention& p, std::size_t node, std::size_t source,
                                 float slope, float share, const float* slopes, float* k_slopes,
                                 float* a_slopes) {
    const float* to = p.k + node * p.width;
    const float* from = p.k + source * p.width;
    float* to_slopes = k_slopes + node * p.width;
    float* from_slopes = k_slopes + source * p.width;
    const float* row = slopes + node * p.width;
    std::size_t c = 0;
    for (; c + LATPRED_LANES <= p.width; c += LATPRED_LANES) {
        const Vector k_to = load(to + c);
        const Vector k_from = load(from + c);
        const Vector scaled = slope * load(p.a + c);
        store(a_slopes + c, load(a_slopes + c) + slope * k_to * k_from);
        store(to_slopes + c, load(to_slopes + c) + scaled * k_from);
        store(from_slopes + c, load(from_slopes + c) + scaled * k_to + share * load(row + c));
    }
    for (; c < p.width; ++c) {
        const float k_to = to[c];
        const float k_from = from[c];
        a_slopes[c] += slope * k_to * k_from;
        to_slopes[c] += slope * p.a[c] * k_from;
        from_slopes[c] += slope * p.a[c] * k_to + share * row[c];
    }
}

inline void attend_backward(const EdgeAttention& p, const float* shares, const float* leaks,
                            const float* slopes, float* k_slopes, float* a_slopes) {
    std::fill_n(k_slopes, p.edges.nodes() * p.width, 0.0F);
    std::fill_n(a_slopes, p.width, 0.0F);
    std::vector<float> share_slopes;
    for (std::size_t node = 0; node < p.edges.nodes(); ++node) {
        const auto begin = static_cast<std::size_t>(p.edges.starts[node]);
        const auto end = static_cast<std::size_t>(p.edges.starts[node + 1]);
        share_slopes.resize(end - begin);
        float mean = 0;
        for (std::size_t e = begin; e < end; ++e) {
            const auto source = static_cast<std::size_t>(p.edges.from[e]);
            share_slopes[e - begin] = dot(slopes + node * p.width, p.k + source * p.width, p.width);
            mean += shares[e] * share_slopes[e - begin];
        }
        for (std::size_t e = begin; e < end; ++e) {
            const float slope = leaks[e] * shares[e] * (share_slopes[e - begin] - mean);
            attend_edge_backward(p, node, static_cast<std::size_t>(p.edges.from[e]), slope,
                                 shares[e], slopes, k_slopes, a_slopes);
        }
    }
}
