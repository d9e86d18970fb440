#include "predictors/chain_arrays.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>

#include "base/error.hpp"
#include "base/text.hpp"

namespace latpred {
namespace {

using ArrayShape = std::vector<std::int64_t>;

constexpr int convolution_count = 4;
constexpr double norm_eps = 1e-5;
constexpr const char* moments_name = "embed_layer.moment_tsr";
constexpr const char* counter_ending = ".num_batches_tracked";

void add_linear(std::map<std::string, ArrayShape>& shapes, const std::string& name,
                std::int64_t outputs, std::int64_t inputs) {
    shapes[name + ".weight"] = {outputs, inputs};
    shapes[name + ".bias"] = {outputs};
}

/// Of all arrays by name; `units` that can be deep (the moments' second size).
std::map<std::string, ArrayShape> chain_shapes(std::int64_t units) {
    constexpr std::int64_t width = chain_width;
    std::map<std::string, ArrayShape> shapes{{"hop_moments", {2, 5}},  // of the ranking loss
                                             {"mlp_moments", {2}},
                                             {"test_metrics", {3}},
                                             {moments_name, {5, units, 2}}};
    const std::tuple<const char*, int, int> embeddings[] = {
        {"stage", 6, 3}, {"block", 4, 2}, {"mbconv", 2, 2}, {"exp", 3, 2}, {"kernel", 3, 3}};
    for (const auto& [name, choices, size] : embeddings) {
        shapes[message("embed_layer.", name, "_embed.weight")] = {choices, size};
        add_linear(shapes, message("embed_layer.", name, "_mlp"), 1, size);
    }
    add_linear(shapes, "embed_layer.res_mlp.0", 3, 1);
    add_linear(shapes, "embed_layer.res_mlp.1", 1, 3);
    add_linear(shapes, "encoder.init_ff", 6, 12);  // of undirected graphs
    for (int i = 0; i < convolution_count; ++i) {
        const std::string layer = message("encoder.gnn_layers.", i, ".");
        add_linear(shapes, layer + "lin_rel", width, i == 0 ? 6 : width);
        shapes[layer + "lin_root.weight"] = {width, i == 0 ? 6 : width};
        const std::string norm = message("encoder.bns.", i, ".module");
        for (const char* part : {".weight", ".bias", ".running_mean", ".running_var"})
            shapes[norm + part] = {width};
        shapes[norm + counter_ending] = {};
    }
    for (const int i : {0, 1, 3, 4})
        add_linear(shapes, message("post_proj.", i), width, width);
    add_linear(shapes, "regressor", 1, width);
    return shapes;
}

std::string sizes_text(const ArrayShape& shape) {
    return shape.empty() ? "one number" : join_few(shape, 4, " x ");
}

std::vector<double> numbers_in(const StoredTensor& tensor) {
    const std::size_t size = tensor.dtype == "F64" ? sizeof(double) : sizeof(float);
    std::vector<double> numbers(tensor.bytes.size() / size);
    for (std::size_t i = 0; i < numbers.size(); ++i) {
        const char* from = tensor.bytes.data() + i * size;
        float single = 0;
        if (size == sizeof(double)) {
            std::memcpy(&numbers[i], from, size);
        } else {
            std::memcpy(&single, from, size);
            numbers[i] = single;
        }
    }
    return numbers;
}

void check_array(const std::string& name, const StoredTensor& tensor, const ArrayShape& shape) {
    if (tensor.shape != shape) {
        throw DataError(message("array '", name, "': ", sizes_text(tensor.shape), " given, ",
                                sizes_text(shape), " expected"));
    }
    if (name.ends_with(counter_ending)) {
        if (tensor.dtype != "I64")
            throw DataError(message("array '", name, "': ", tensor.dtype, " given, I64 expected"));
        return;
    }
    if (tensor.dtype != "F32" && tensor.dtype != "F64") {
        throw DataError(message("array '", name, "': ", excerpt(tensor.dtype),
                                " given, floats (F32, F64) expected"));
    }
    if (!std::ranges::all_of(numbers_in(tensor), [](double v) { return std::isfinite(v); }))
        throw DataError(message("array '", name, "': a number is not finite"));
    if (name.ends_with("running_var") &&
        std::ranges::any_of(numbers_in(tensor), [](double v) { return v < 0; }))
        throw DataError(message("array '", name, "': a variance below 0"));
}

/// Reads arrays that were checked.
struct ArrayReader {
    const ChainArrays& arrays;

    [[nodiscard]] Eigen::VectorXd vector(const std::string& name) const {
        const std::vector<double> numbers = numbers_in(arrays.at(name));
        return Eigen::Map<const Eigen::VectorXd>(numbers.data(),
                                                 static_cast<Eigen::Index>(numbers.size()));
    }
    [[nodiscard]] Eigen::MatrixXd matrix(const std::string& name) const {
        using RowMajor = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
        const StoredTensor& tensor = arrays.at(name);
        const std::vector<double> numbers = numbers_in(tensor);
        return Eigen::Map<const RowMajor>(numbers.data(), tensor.shape[0], tensor.shape[1]);
    }
    [[nodiscard]] ChainLinear linear(const std::string& name) const {
        return {matrix(name + ".weight"), vector(name + ".bias")};
    }
    /// `second` behind `first` with nothing between.
    [[nodiscard]] ChainLinear joined(const std::string& first, const std::string& second) const {
        const ChainLinear a = linear(first);
        const ChainLinear b = linear(second);
        return {b.weight * a.weight, b.weight * a.bias + b.bias};
    }
    /// The feature that each choice gives.
    [[nodiscard]] Eigen::VectorXd feature(const std::string& name) const {
        const Eigen::MatrixXd rows = matrix(message("embed_layer.", name, "_embed.weight"));
        const ChainLinear mlp = linear(message("embed_layer.", name, "_mlp"));
        return ((rows * mlp.weight.transpose()).array() + mlp.bias[0]).abs();
    }
    [[nodiscard]] ChainConvolution convolution(int i) const {
        const std::string layer = message("encoder.gnn_layers.", i, ".");
        const std::string norm = message("encoder.bns.", i, ".module.");
        const Eigen::VectorXd scale = vector(norm + "weight").array() /
                                      (vector(norm + "running_var").array() + norm_eps).sqrt();
        const Eigen::VectorXd centred =
            vector(layer + "lin_rel.bias") - vector(norm + "running_mean");
        return {scale.asDiagonal() * matrix(layer + "lin_root.weight"),
                scale.asDiagonal() * matrix(layer + "lin_rel.weight"),
                scale.cwiseProduct(centred) + vector(norm + "bias")};
    }
};

}  // namespace

std::string_view chain_family(const ChainArrays& arrays) {
    const auto moments = arrays.find(moments_name);
    const bool proxyless = moments != arrays.end() && moments->second.shape == ArrayShape{5, 5, 2};
    const std::map<std::string, ArrayShape> shapes = chain_shapes(proxyless ? 5 : 4);
    for (const auto& [name, shape] : shapes) {
        if (!arrays.contains(name))
            throw DataError(message("no array '", name, "' of ", sizes_text(shape)));
    }
    for (const auto& [name, tensor] : arrays) {
        const auto known = shapes.find(name);
        if (known == shapes.end())
            throw DataError(message("array '", excerpt(name), "': none of that name expected"));
        check_array(name, tensor, known->second);
    }
    return proxyless ? "ofa-proxyless" : "ofa-mobilenetv3";
}

ChainWeights chain_weights(const ChainArrays& arrays) {
    const bool proxyless = chain_family(arrays) == "ofa-proxyless";
    const ArrayReader read{arrays};
    ChainWeights weights;
    weights.stage = read.feature("stage");
    weights.layer = read.feature("block");
    weights.expand = read.feature("exp");
    weights.kernel = read.feature("kernel");
    weights.family = read.feature("mbconv")[proxyless ? 0 : 1];
    weights.resolution_in = read.linear("embed_layer.res_mlp.0");
    weights.resolution_out = read.linear("embed_layer.res_mlp.1");
    for (int i = 0; i < convolution_count; ++i)
        weights.convolutions[static_cast<std::size_t>(i)] = read.convolution(i);
    weights.hidden = read.joined("post_proj.0", "post_proj.1");
    weights.last = read.joined("post_proj.3", "post_proj.4");
    weights.regressor = read.vector("regressor.weight");
    weights.constant = read.vector("regressor.bias")[0];
    weights.shift = read.vector("mlp_moments")[0];
    weights.factor = read.vector("mlp_moments")[1];
    weights.held_out = read.vector("test_metrics");
    return weights;
}

}  // namespace latpred
