"""Our names of supernets' entries as Once-for-all's state dicts spell them, newer and older."""

from __future__ import annotations

import re


def older(name: str) -> str:
    """The spelling before elastic layers wrapped plain ones."""
    name = re.sub(r"^(blocks\.\d+)\.conv\.", r"\1.mobile_inverted_conv.", name)
    for part in ("conv", "bn", "linear"):
        name = name.replace(f".{part}.{part}.", f".{part}.")
    return name


def mobilenet_names(ours: str) -> str:
    """Of MobileNetV3: as ProxylessNAS', with squeeze-and-excite and another head."""
    if block := re.match(r"u(\d)\.l(\d)\.se\.(.*)", ours):
        number = 1 + 4 * int(block[1]) + int(block[2])
        return f"blocks.{number}.conv.depth_conv.se.fc.{block[3]}"
    if ours.startswith("feature_mix."):
        return ours.replace("feature_mix.", "feature_mix_layer.conv.")
    if ours.startswith("final_expand."):
        return wrapped("final_expand_layer", ours.removeprefix("final_expand"), elastic=False)
    return proxyless_names(ours)


def proxyless_names(ours: str) -> str:
    if block := re.match(r"u(\d)\.l(\d)\.(\w+)(.*)", ours):
        number = 1 + 4 * int(block[1]) + int(block[2])
        part = {
            "expand": "inverted_bottleneck",
            "depthwise": "depth_conv",
            "project": "point_linear",
        }
        return wrapped(f"blocks.{number}.conv.{part[block[3]]}", block[4], elastic=True)
    for op, module in {
        "first_conv": "first_conv", "first_block.depthwise": "blocks.0.conv.depth_conv",
        "first_block.project": "blocks.0.conv.point_linear", "feature_mix": "feature_mix_layer",
    }.items():  # fmt: skip
        if ours.startswith(op + "."):
            return wrapped(module, ours.removeprefix(op), elastic=False)
    return ours.replace("classifier.", "classifier.linear.")


def resnet_names(ours: str) -> str:
    if block := re.match(r"u(\d)\.l(\d)\.(\w+)(.*)", ours):
        number = [0, 4, 8, 14][int(block[1])] + int(block[2])
        part = {"reduce": "conv1", "conv": "conv2", "expand": "conv3", "shortcut": "downsample"}
        return wrapped(f"blocks.{number}.{part[block[3]]}", block[4], elastic=True)
    for op, module in {
        "stem.first": "input_stem.0", "stem.block": "input_stem.1.conv", "stem.last": "input_stem.2"
    }.items():  # fmt: skip
        if ours.startswith(op + "."):
            return wrapped(module, ours.removeprefix(op), elastic=True)
    return ours.replace("classifier.", "classifier.linear.linear.")


def wrapped(module: str, rest: str, *, elastic: bool) -> str:
    if rest.startswith(".bn."):
        return module + (".bn" if elastic else "") + rest
    if rest.endswith("_matrix"):
        return f"{module}.conv{rest}"
    return f"{module}.conv{'.conv' * elastic}{rest}"
