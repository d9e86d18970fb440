"""Transformers of the package transformers from their configurations, with random weights."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from typing import Any

import torch
from torch import nn

__all__ = ["made", "transformers_networks"]

# Family: class, settings, and inputs by variant: a number of words, a size of images, or a length
# of sound.
_TEXT = {"hidden_size": 256, "num_hidden_layers": 4, "num_attention_heads": 4,
         "intermediate_size": 1024, "vocab_size": 8000}  # fmt: skip
_SMALL = {**_TEXT, "hidden_size": 128, "num_hidden_layers": 2, "num_attention_heads": 2,
          "intermediate_size": 512}  # fmt: skip
_KEYS = {**_TEXT, "num_key_value_heads": 2, "pad_token_id": 0}
_GPT2 = {"n_embd": 256, "n_layer": 4, "n_head": 4, "vocab_size": 8000}
_SIGHT = {"hidden_size": 192, "num_hidden_layers": 6, "num_attention_heads": 3,
          "intermediate_size": 768}  # fmt: skip
_CLIP = {**_TEXT, "eos_token_id": 7, "bos_token_id": 6, "pad_token_id": 1}

TEXT: dict[str, tuple[str, dict[str, Any], tuple[int, ...]]] = {
    "bert": ("BertModel", _TEXT, (64, 128)),
    "bert-small": ("BertModel", _SMALL, (128, 384)),
    "distilbert": (
        "DistilBertModel",
        {"dim": 256, "n_layers": 3, "n_heads": 4, "hidden_dim": 1024, "vocab_size": 8000},
        (96, 256),
    ),
    "roberta": ("RobertaModel", {**_TEXT, "max_position_embeddings": 514}, (80,)),
    "albert": ("AlbertModel", {**_TEXT, "embedding_size": 64}, (64, 192)),
    "electra": ("ElectraModel", {**_TEXT, "embedding_size": 64}, (128,)),
    "mobilebert": (
        "MobileBertModel",
        {"num_hidden_layers": 6, "vocab_size": 8000},
        (64,),
    ),
    "squeezebert": ("SqueezeBertModel", {**_TEXT, "embedding_size": 256}, (64, 128)),
    "mpnet": ("MPNetModel", _TEXT, (64,)),
    "deberta": ("DebertaV2Model", {**_TEXT, "relative_attention": True}, (64,)),
    "gpt2": ("GPT2Model", _GPT2, (64, 160)),
    "gpt-neo": (
        "GPTNeoModel",
        {
            "hidden_size": 256,
            "num_layers": 2,
            "attention_types": [[["global", "local"], 1]],
            "num_heads": 4,
            "vocab_size": 8000,
        },
        (96,),
    ),
    "gpt-neox": ("GPTNeoXModel", _TEXT, (64,)),
    "opt": (
        "OPTModel",
        {**_TEXT, "ffn_dim": 1024, "word_embed_proj_dim": 256},
        (64,),
    ),
    "llama": ("LlamaModel", _KEYS, (64, 128)),
    "qwen2": ("Qwen2Model", _KEYS, (96,)),
    "gemma": ("GemmaModel", {**_KEYS, "head_dim": 64}, (64,)),
    "bloom": ("BloomModel", {"hidden_size": 256, "n_layer": 3, "n_head": 4, "vocab_size": 8000},
              (64,)),
    "t5-encoder": (
        "T5EncoderModel",
        {"d_model": 256, "num_layers": 4, "num_heads": 4, "d_ff": 1024, "vocab_size": 8000},
        (64, 128),
    ),
    "clip-text": ("CLIPTextModel", _CLIP, (77,)),
    "fnet": ("FNetModel", {**_TEXT, "use_tpu_fourier_optimizations": False}, (64,)),
    "mamba": ("MambaModel", {"hidden_size": 128, "num_hidden_layers": 2, "vocab_size": 8000},
              (32,)),
}  # fmt: skip
IMAGES: dict[str, tuple[str, dict[str, Any], tuple[int, ...]]] = {
    "vit": ("ViTModel", _SIGHT, (224, 160)),
    "deit": ("DeiTModel", _SIGHT, (224, 192)),
    "beit": ("BeitModel", _SIGHT, (224,)),
    "dinov2": ("Dinov2Model", {**_SIGHT, "patch_size": 14}, (224, 168)),
    "swin": (
        "SwinModel",
        {"embed_dim": 48, "depths": [2, 2, 4, 2], "num_heads": [2, 4, 8, 16]},
        (224, 160),
    ),
    "swinv2": (
        "Swinv2Model",
        {"embed_dim": 48, "depths": [2, 2, 2, 2], "num_heads": [2, 4, 8, 16], "window_size": 8},
        (256,),
    ),
    "convnext": (
        "ConvNextModel",
        {"hidden_sizes": [48, 96, 192, 384], "depths": [2, 2, 6, 2]},
        (224, 160),
    ),
    "convnextv2": (
        "ConvNextV2Model",
        {"hidden_sizes": [40, 80, 160, 320], "depths": [2, 2, 6, 2]},
        (224,),
    ),
    "mobilevit": (
        "MobileViTModel",
        {"hidden_sizes": [64, 80, 96], "neck_hidden_sizes": [16, 16, 24, 48, 64, 80, 320]},
        (256, 192),
    ),
    "mobilevitv2": ("MobileViTV2Model", {"width_multiplier": 0.5}, (256,)),
    "poolformer": ("PoolFormerModel", {"hidden_sizes": [32, 64, 160, 256]}, (224,)),
    "segformer": ("SegformerModel", {"hidden_sizes": [16, 32, 80, 128]}, (224, 128)),
    "pvt": ("PvtModel", {"hidden_sizes": [32, 64, 160, 256], "image_size": 224}, (224,)),
    "pvtv2": ("PvtV2Model", {"hidden_sizes": [16, 32, 80, 128]}, (224,)),
    "levit": ("LevitModel", {}, (224,)),
    "cvt": ("CvtModel", {"embed_dim": [32, 96, 192], "num_heads": [1, 3, 6],
                         "depth": [1, 2, 4]}, (224,)),
    "focalnet": ("FocalNetModel", {"embed_dim": 48, "depths": [2, 2, 2, 2]}, (224,)),
    "yolos": ("YolosModel", {**_SIGHT, "image_size": [160, 160]}, (160,)),
    "hiera": (
        "HieraModel",
        {"embed_dim": 48, "depths": [1, 2, 4, 2], "image_size": [224, 224]},
        (224,),
    ),
    "resnet-hf": ("ResNetModel", {"hidden_sizes": [64, 128, 256, 512], "depths": [1, 1, 1, 1]},
                  (160,)),
    "clip-vision": ("CLIPVisionModel", {**_SIGHT, "patch_size": 32}, (224,)),
}  # fmt: skip
SOUND: dict[str, tuple[str, dict[str, Any], tuple[int, ...]]] = {
    "wav2vec2": (
        "Wav2Vec2Model",
        {"hidden_size": 192, "num_hidden_layers": 3, "num_attention_heads": 3,
         "intermediate_size": 768, "conv_dim": [64] * 7, "num_conv_pos_embeddings": 32},
        (16000,),
    ),
    "ast": ("ASTModel", {**_SIGHT, "num_hidden_layers": 3, "max_length": 256}, (256,)),
}  # fmt: skip


class _Tensors(nn.Module):
    """A model of the package with the first of its outputs."""

    def __init__(self, model: nn.Module, settings: dict[str, Any]) -> None:
        super().__init__()
        self.model = model
        self._settings = settings

    def forward(self, given: torch.Tensor) -> torch.Tensor:
        found: torch.Tensor = self.model(given, return_dict=False, **self._settings)[0]
        return found


def transformers_networks() -> Iterator[tuple[str, str]]:
    """Family and name of each network."""
    for family, (_, _, variants) in {**TEXT, **IMAGES, **SOUND}.items():
        for variant in variants:
            yield family, f"{family}@{variant}"


def made(name: str) -> tuple[nn.Module, object]:
    """A network and its example inputs."""
    family, _, text = name.partition("@")
    size = int(text)
    kind, settings, _ = {**TEXT, **IMAGES, **SOUND}[family]
    package = importlib.import_module("transformers")
    model_class = getattr(package, kind)
    settings = dict(settings)
    if family in IMAGES and "image_size" in _fields(model_class.config_class):
        settings.setdefault("image_size", size)
    config = model_class.config_class(**settings)
    attention = "sdpa" if getattr(model_class, "_supports_sdpa", False) else "eager"
    config._attn_implementation = attention
    model = model_class(config)
    more = {"use_cache": False} if hasattr(config, "use_cache") else {}
    if family in TEXT:
        inputs: object = ((1, size), "int64")
    elif family == "ast":
        inputs = (1, size, 128)
    else:
        inputs = (1, size) if family in SOUND else (1, 3, size, size)
    return _Tensors(model, more), inputs


def _fields(config_class: Any) -> set[str]:
    return set(config_class().to_dict())
