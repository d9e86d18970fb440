// The kernels for one instruction set. No include guard: gru_kernels.cpp includes this once a set,
// inside a namespace, with LATPRED_LANES floats a vector.

using Vector = float
    __attribute__((vector_size(LATPRED_LANES * sizeof(float)), aligned(alignof(float)), may_alias));
using Bits = int
    __attribute__((vector_size(LATPRED_LANES * sizeof(float)), aligned(alignof(float)), may_alias));

inline Vector load(const float* from) {
    return *reinterpret_cast<const Vector*>(from);
}

inline void store(float* to, Vector value) {
    *reinterpret_cast<Vector*>(to) = value;
}

/// exp(x), x cut to -87 … 87: 2^n times a polynomial on |r| <= ln(2) / 2 (Cephes).
inline Vector exponential(Vector x) {
    const Vector most = Vector{} + 87.0F;
    x = x > most ? most : x;
    x = x < -most ? -most : x;
    constexpr float magic = 12582912.0F;  // 1.5 * 2^23: the sum's low bits are the integer
    const Vector shifted = x * std::numbers::log2e_v<float> + magic;
    const Vector whole = shifted - magic;
    // ln(2) in two parts (Cody and Waite), so that the first product is exact.
    const Vector r = (x - whole * 0.693359375F) - whole * -2.12194440e-4F;
    Vector sum = Vector{} + 1.9875691500e-4F;
    sum = sum * r + 1.3981999507e-3F;
    sum = sum * r + 8.3334519073e-3F;
    sum = sum * r + 4.1665795894e-2F;
    sum = sum * r + 1.6666665459e-1F;
    sum = sum * r + 5.0000001201e-1F;
    sum = sum * (r * r) + r + 1.0F;
    const Bits exponent = (reinterpret_cast<const Bits&>(shifted) + 127) << 23;
    return sum * reinterpret_cast<const Vector&>(exponent);
}

inline Vector sigmoid(Vector x) {
    return 1.0F / (1.0F + exponential(-x));
}

/// A row's lanes from c on, or what is left of it with zeros behind.
inline Vector load_some(const float* from, std::size_t left) {
    if (left >= LATPRED_LANES)
        return load(from);
    Vector values{};
    for (std::size_t i = 0; i < left; ++i)
        values[i] = from[i];
    return values;
}

inline void store_some(float* to, Vector values, std::size_t left) {
    if (left >= LATPRED_LANES) {
        store(to, values);
        return;
    }
    for (std::size_t i = 0; i < left; ++i)
        to[i] = values[i];
}

inline void gru_forward(const GruStep& p, float* state) {
    for (std::size_t row = 0; row < p.rows; ++row) {
        const float* i = p.of_input + row * 3 * p.width;
        float* j = p.of_state + row * 3 * p.width;
        for (std::size_t c = 0; c < p.width; c += LATPRED_LANES) {
            const std::size_t left = p.width - c;
            const auto input = [&](std::size_t part) {
                return load_some(i + part * p.width + c, left);
            };
            const auto own = [&](std::size_t part) {
                return load_some(j + part * p.width + c, left);
            };
            const Vector r = sigmoid(input(0) + own(0));
            const Vector z = sigmoid(input(1) + own(1));
            const Vector n = 2.0F * sigmoid(2.0F * (input(2) + r * own(2))) - 1.0F;
            const Vector before =
                p.before != nullptr ? load_some(p.before + row * p.width + c, left) : Vector{};
            store_some(state + row * p.width + c, n + z * (before - n), left);
            store_some(p.fresh + row * p.width + c, n, left);
            store_some(j + c, r, left);
            store_some(j + p.width + c, z, left);
        }
    }
}

inline void gru_backward(const GruStep& p, float* slopes, float* input_slopes,
                         float* state_slopes) {
    for (std::size_t row = 0; row < p.rows; ++row) {
        const float* j = p.of_state + row * 3 * p.width;
        float* di = input_slopes + row * 3 * p.width;
        float* dj = state_slopes + row * 3 * p.width;
        for (std::size_t c = 0; c < p.width; c += LATPRED_LANES) {
            const std::size_t left = p.width - c;
            const Vector r = load_some(j + c, left);
            const Vector z = load_some(j + p.width + c, left);
            const Vector own = load_some(j + 2 * p.width + c, left);
            const Vector n = load_some(p.fresh + row * p.width + c, left);
            const Vector before =
                p.before != nullptr ? load_some(p.before + row * p.width + c, left) : Vector{};
            const Vector slope = load_some(slopes + row * p.width + c, left);
            const Vector fresh = slope * (1.0F - z) * (1.0F - n * n);
            const Vector reset = fresh * own * r * (1.0F - r);
            const Vector update = slope * (before - n) * z * (1.0F - z);
            store_some(di + c, reset, left);
            store_some(di + p.width + c, update, left);
            store_some(di + 2 * p.width + c, fresh, left);
            store_some(dj + c, reset, left);
            store_some(dj + p.width + c, update, left);
            store_some(dj + 2 * p.width + c, fresh * r, left);
            store_some(slopes + row * p.width + c, slope * z, left);
        }
    }
}
