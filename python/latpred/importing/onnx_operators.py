"""Operators of ONNX, opset 11 to the newest, as the core counts them."""

from __future__ import annotations

from latpred.importing.rules import Rule, rules

__all__ = ["CONTROL_FLOW", "OLDEST_OPSET", "ONNX_RULES", "PICKED_STATISTICS"]

OLDEST_OPSET = 11

_KINDS = {
    "shape": "Shape Size EyeLike",
    "view": "Reshape Flatten Squeeze Unsqueeze Identity Expand Dropout",
    "transpose": "Transpose DepthToSpace SpaceToDepth",
    "slice": "Slice Split",
    "activation": (
        "Relu LeakyRelu PRelu Elu Celu Selu Sigmoid HardSigmoid HardSwish Tanh Gelu Mish Softplus "
        "Softsign ThresholdedRelu Swish Clip Shrink Erf"
    ),
    "arithmetic": (
        "Add Sub Mod Pow Sqrt Reciprocal Exp Log Neg Abs Floor Ceil Round Sign Sin Cos Tan "
        "Asin Acos Atan Sinh Cosh Asinh Acosh Atanh Min Max Sum Mean Where And Or Xor Not Equal "
        "Greater Less GreaterOrEqual LessOrEqual BitShift BitwiseAnd BitwiseOr BitwiseXor "
        "BitwiseNot IsNaN IsInf Trilu RotaryEmbedding SwiGLU Bernoulli"
    ),
    "multiply": "Mul Div",
    "cast": "Cast CastLike BitCast QuantizeLinear DequantizeLinear",
    "batch_norm": "BatchNormalization",
    "conv": "Conv ConvInteger QLinearConv DeformConv",
    "conv_transpose": "ConvTranspose",
    "matmul": "MatMul Gemm MatMulInteger QLinearMatMul",
    "einsum": "Einsum",
    "attention": "Attention",
    "layer_norm": "LayerNormalization",
    "group_norm": "GroupNormalization",
    "instance_norm": "InstanceNormalization MeanVarianceNormalization",
    "rms_norm": "RMSNormalization",
    "local_norm": "LRN LpNormalization",
    "max_pool": "MaxPool MaxRoiPool",
    "avg_pool": "AveragePool LpPool",
    "global_pool": "GlobalAveragePool GlobalMaxPool GlobalLpPool",
    "softmax": "Softmax LogSoftmax Hardmax",
    "reduction": (
        "ReduceMean ReduceSum ReduceMax ReduceMin ReduceProd ReduceL1 ReduceL2 ReduceLogSum "
        "ReduceLogSumExp ReduceSumSquare ArgMax ArgMin DynamicQuantizeLinear"
    ),
    "cumulative": "CumSum CumProd",
    "resize": "Resize Upsample",
    "pad": "Pad CenterCropPad",
    "concat": "Concat",
    "tile": "Tile",
    "fill": (
        "ConstantOfShape Range RandomNormal RandomUniform RandomNormalLike RandomUniformLike "
        "BlackmanWindow HammingWindow HannWindow"
    ),
    "gather": "Gather GatherElements GatherND ReverseSequence OneHot",
    "scatter": "Scatter ScatterElements ScatterND TensorScatter Col2Im MaxUnpool",
    "sort": "TopK",
    "grid_sample": "GridSample RoiAlign AffineGrid",
    "recurrent": "LSTM GRU RNN",
}

# What of the others is sizes, axes and limits.
_INPUTS = {
    **dict.fromkeys(("Clip", "Shrink", "Trilu", "Cast", "CastLike", "TopK", "CumSum"), (0,)),
    **dict.fromkeys(("QuantizeLinear", "DequantizeLinear", "CumProd", "OneHot"), (0,)),
    **dict.fromkeys(_KINDS["reduction"].split(), (0,)),
    "ConvInteger": (0, 1),
    "MatMulInteger": (0, 1),
    "QLinearConv": (0, 3, 8),
    "QLinearMatMul": (0, 3),
    "Attention": (0, 1, 2, 3),
    "AffineGrid": (0,),
    "Col2Im": (0,),
    **dict.fromkeys(("LSTM", "GRU", "RNN"), (0, 1, 2, 3, 5, 6, 7)),
}

ONNX_RULES: dict[str, Rule] = rules(_KINDS, _INPUTS)

# Inputs that are not learnt: statistics of batch norms, states with which recurrent ones begin.
PICKED_STATISTICS = {
    "BatchNormalization": (3, 4),
    **dict.fromkeys(("LSTM", "GRU", "RNN"), (5, 6)),
}

CONTROL_FLOW = frozenset({"If", "Loop", "Scan", "SequenceMap"})
