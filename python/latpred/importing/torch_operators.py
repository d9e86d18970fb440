"""Operators of PyTorch's programs as the core counts them; what is none of them is decomposed."""

from __future__ import annotations

from latpred.importing.rules import Rule, rules

__all__ = ["CONTEXTS", "CONTROL_FLOW", "SILENT", "TORCH_RULES"]

_KINDS = {
    "shape": (
        "full_like zeros_like ones_like empty_like new_full new_zeros new_ones new_empty "
        "sym_size sym_stride sym_numel"
    ),
    "view": (
        "view reshape _unsafe_view _reshape_alias view_as expand expand_as squeeze unsqueeze "
        "flatten unflatten alias detach detach_ clone contiguous lift_fresh_copy lift_fresh "
        "dropout view_copy expand_copy squeeze_copy unsqueeze_copy alias_copy detach_copy lift "
        "native_dropout alpha_dropout feature_dropout"
    ),
    "transpose": (
        "permute transpose t numpy_T mT movedim swapaxes pixel_shuffle pixel_unshuffle "
        "channel_shuffle native_channel_shuffle permute_copy transpose_copy t_copy"
    ),
    "slice": (
        "slice select split split_with_sizes unsafe_split unsafe_split_with_sizes chunk unbind "
        "narrow diagonal as_strided unfold slice_copy select_copy split_copy narrow_copy "
        "split_with_sizes_copy unbind_copy diagonal_copy as_strided_copy"
    ),
    "activation": (
        "relu relu6 leaky_relu prelu _prelu_kernel elu celu selu sigmoid hardsigmoid hardswish "
        "hardtanh tanh gelu silu mish softplus clamp clamp_min clamp_max threshold hardshrink "
        "softshrink log_sigmoid erf erfc"
    ),
    "arithmetic": (
        "add sub rsub pow sqrt rsqrt reciprocal exp exp2 expm1 log log2 log10 log1p neg "
        "abs floor ceil round trunc frac sign sgn sin cos tan asin acos atan sinh cosh asinh acosh "
        "atanh atan2 fmod remainder floor_divide maximum minimum fmax fmin where masked_fill "
        "logical_and logical_or logical_xor logical_not bitwise_and bitwise_or bitwise_xor "
        "bitwise_not bitwise_left_shift bitwise_right_shift eq ne ge gt le lt isnan isinf isfinite "
        "tril triu addcmul addcdiv lerp square logit xlogy nan_to_num hypot copysign erfinv "
        "sinc heaviside fill _weight_norm _weight_norm_interface lgamma digamma special_erfcx "
        "special_ndtri special_i1 i0 ldexp rrelu_with_noise"
    ),
    "multiply": "mul div",
    "cast": (
        "_to_copy to type_as copy quantize_per_tensor dequantize_per_tensor quantize_per_channel "
        "dequantize_per_channel"
    ),
    "batch_norm": (
        "batch_norm _native_batch_norm_legit_no_training _native_batch_norm_legit native_batch_norm"
    ),
    "conv": "conv1d conv2d conv3d convolution _convolution",
    "conv_transpose": "conv_transpose1d conv_transpose2d conv_transpose3d",
    "matmul": "linear matmul mm bmm addmm baddbmm mv addmv _int_mm _weight_int8pack_mm",
    "attention": (
        "scaled_dot_product_attention _scaled_dot_product_attention_math "
        "_scaled_dot_product_flash_attention _scaled_dot_product_flash_attention_for_cpu "
        "_scaled_dot_product_efficient_attention _scaled_dot_product_cudnn_attention "
        "_scaled_dot_product_fused_attention_overrideable"
    ),
    "layer_norm": "layer_norm native_layer_norm",
    "group_norm": "group_norm native_group_norm",
    "instance_norm": "instance_norm",
    "rms_norm": "rms_norm _fused_rms_norm",
    "max_pool": (
        "max_pool1d max_pool2d max_pool3d max_pool2d_with_indices max_pool3d_with_indices "
        "fractional_max_pool2d fractional_max_pool3d"
    ),
    "avg_pool": "avg_pool1d avg_pool2d avg_pool3d",
    "global_pool": (
        "adaptive_avg_pool1d adaptive_avg_pool2d adaptive_avg_pool3d _adaptive_avg_pool2d "
        "_adaptive_avg_pool3d adaptive_max_pool1d adaptive_max_pool2d adaptive_max_pool3d"
    ),
    "softmax": "softmax _softmax log_softmax _log_softmax _safe_softmax",
    "reduction": (
        "mean sum amax amin max min prod any all argmax argmin var std var_mean std_mean "
        "logsumexp linalg_vector_norm norm aminmax count_nonzero nansum"
    ),
    "cumulative": "cumsum cumprod logcumsumexp cummax cummin",
    "resize": (
        "upsample_nearest1d upsample_nearest2d upsample_nearest3d _upsample_nearest_exact1d "
        "_upsample_nearest_exact2d _upsample_nearest_exact3d upsample_linear1d upsample_bilinear2d "
        "upsample_trilinear3d upsample_bicubic2d _upsample_bilinear2d_aa _upsample_bicubic2d_aa"
    ),
    "pad": (
        "constant_pad_nd reflection_pad1d reflection_pad2d reflection_pad3d replication_pad1d "
        "replication_pad2d replication_pad3d"
    ),
    "concat": "cat stack",
    "tile": "repeat tile repeat_interleave",
    "fill": (
        "full zeros ones empty arange linspace scalar_tensor eye empty_permuted empty_strided rand "
        "randn randint randperm rand_like randn_like randint_like bernoulli normal_functional "
        "logspace tril_indices triu_indices"
    ),
    "embedding": "embedding embedding_bag _embedding_bag _embedding_bag_forward_only",
    "gather": "index _unsafe_index index_select gather take take_along_dim flip roll im2col",
    "scatter": (
        "scatter scatter_add scatter_reduce index_put slice_scatter select_scatter masked_scatter "
        "index_add index_copy index_fill _unsafe_index_put col2im max_unpool2d max_unpool3d "
        "diagonal_scatter"
    ),
    "sort": "sort topk argsort kthvalue median nanmedian mode searchsorted bucketize msort",
    "grid_sample": "grid_sampler grid_sampler_2d grid_sampler_3d",
    "recurrent": "lstm gru rnn_tanh rnn_relu",
}

# Of sums with a product the factors first.
_INPUTS = dict.fromkeys(("addmm", "baddbmm", "addmv"), (1, 2, 0))

TORCH_RULES: dict[str, Rule] = rules(_KINDS, _INPUTS)

# Operators that only check something.
SILENT = frozenset(
    [
        "_assert_scalar",
        "_assert_async",
        "_assert_tensor_metadata",
        "sym_constrain_range",
        "sym_constrain_range_for_size",
    ]
)

CONTROL_FLOW = frozenset({"cond", "while_loop", "map_impl", "scan", "associative_scan"})

# Parts of a program that run in a context, with the number of leading arguments before the part.
CONTEXTS = {"wrap_with_set_grad_enabled": 1, "wrap_with_autocast": 4}
