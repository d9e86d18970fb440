"""Convolutional networks of the package pytorchcv, with random weights."""

from __future__ import annotations

import importlib
import importlib.machinery
import sys
from collections.abc import Iterator
from types import ModuleType
from typing import Any

from torch import nn

__all__ = ["image_networks", "image_shape", "made"]

# Names by family; "@192" is the size of images where it is not the network's own.
FAMILIES = {
    "alexnet": "alexnet alexnetb@192 zfnet",
    "vgg": "vgg11@96 bn_vgg11@128 bn_vgg13b@96 vgg16@112",
    "bninception": "bninception bninception@160",
    "resnet": "resnet10 resnet18 resnet18_wd2@160 resnet34@192 resnet50@128 resnet20_cifar10 "
    "resnet56_cifar100",
    "preresnet": "preresnet10 preresnet18@192 preresnetbc26b@160 preresnet20_cifar10",
    "resneta": "resneta10 resnetabc14b@192 resneta18",
    "resnetd": "resnetd50b@128",
    "resnext": "resnext14_32x4d resnext26_32x2d@160 resnext20_16x4d_cifar10",
    "seresnet": "seresnet10 seresnet18@256 seresnetbc26b@160 seresnet20_cifar10",
    "sepreresnet": "sepreresnet10 sepreresnet18@192",
    "senet": "senet16@160 senet28@128",
    "resnest": "resnestabc14 resnesta18@160",
    "ibn": "ibn_resnet50@128 ibnb_resnet50@128 ibn_densenet121@128",
    "airnet": "airnet50_1x64d_r16@128",
    "bam-cbam": "bam_resnet18 cbam_resnet18@192",
    "sknet": "sknet50@128",
    "scnet": "scnet50@128 scneta50@128",
    "regnet": "regnetx002 regnetx004@256 regnety002 regnety008@192",
    "diaresnet": "diaresnet10 diapreresnet18@160",
    "pyramidnet": "pyramidnet110_a48_cifar10 pyramidnet110_a84_cifar10",
    "diracnet": "diracnet18v2 diracnet18v2@160",
    "sharesnet": "sharesnet18@192",
    "densenet": "densenet121@128 densenet40_k12_cifar10 densenet100_k12_bc_cifar10",
    "xdensenet": "xdensenet121_2@128 xdensenet40_2_k24_bc_cifar10",
    "condensenet": "condensenet74_c4_g4 condensenet74_c8_g8@192",
    "sparsenet": "sparsenet121@160",
    "peleenet": "peleenet peleenet@160",
    "drn": "drnc26@96 drnd22@96",
    "dpn": "dpn68 dpn68b@160",
    "darknet": "darknet_ref darknet_tiny@256 darknet19@160",
    "channelnet": "channelnet@192",
    "bagnet": "bagnet9@64 bagnet17@64",
    "dla": "dla34@160 dla46c dla46xc@256",
    "fishnet": "fishnet99@128",
    "espnet": "espnetv2_wd2 espnetv2_w1@256",
    "dicenet": "dicenet_wd2 dicenet_w1@192",
    "hrnet": "hrnet_w18_small_v1@160 hrnet_w18_small_v2@128",
    "vovnet": "vovnet27s@160",
    "selecsls": "selecsls42@128 selecsls60@128",
    "hardnet": "hardnet39ds hardnet68ds@192",
    "squeezenet": "squeezenet_v1_0 squeezenet_v1_1@192 squeezeresnet_v1_1@256",
    "squeezenext": "sqnxt23_w1 sqnxt23v5_w3d2@192",
    "shufflenet": "shufflenet_g1_w1 shufflenet_g3_w3d4@192 shufflenet_g8_w1@256",
    "shufflenetv2": "shufflenetv2_wd2 shufflenetv2_w1@256 shufflenetv2b_w3d2@160",
    "menet": "menet108_8x1_g3 menet352_12x1_g8@192",
    "mobilenet": "mobilenet_w1 mobilenet_wd2@192 fdmobilenet_w3d4@256",
    "mobilenetv2": "mobilenetv2_w1 mobilenetv2_wd2@160 mobilenetv2b_w3d4@256",
    "mobilenetv3": "mobilenetv3_small_w1 mobilenetv3_large_w1@192 mobilenetv3_large_w3d4@256",
    "igcv3": "igcv3_w1 igcv3_wd2@160",
    "ghostnet": "ghostnet ghostnet@288",
    "mnasnet": "mnasnet_b1 mnasnet_a1@192 mnasnet_small@256",
    "darts": "darts darts@160",
    "proxylessnas": "proxylessnas_cpu proxylessnas_gpu@192 proxylessnas_mobile14@160",
    "fbnet": "fbnet_cb fbnet_cb@160",
    "spnasnet": "spnasnet spnasnet@192",
    "xception": "xception@128",
    "inceptionv3": "inceptionv3@139",
    "inceptionv4": "inceptionv4@139",
    "inceptionresnet": "inceptionresnetv1@139 inceptionresnetv2@139",
    "nasnet": "nasnet_4a1056 nasnet_4a1056@160",
    "pnasnet": "pnasnet5large@139",
    "polynet": "polynet@139",
    "efficientnet": "efficientnet_b0 efficientnet_b1@192 efficientnet_b0b@160 efficientnet_b2c@128",
    "efficientnet-edge": "efficientnet_edge_small_b",
    "mixnet": "mixnet_s mixnet_m@160",
    "nin": "nin_cifar10",
    "octresnet": "octresnet10_ad2@160",
    "isqrtcov": "isqrtcovresnet18@128",
    "tresnet": "tresnet_m@128",
    "pspnet": "pspnet_resnetd50b_voc@96",
    "deeplab": "deeplabv3_resnetd50b_voc@96",
    "fcn8s": "fcn8sd_resnetd50b_voc@96",
    "icnet": "icnet_resnetd50b_cityscapes@160",
    "fastscnn": "fastscnn_cityscapes@256",
    "cgnet": "cgnet_cityscapes@192",
    "dabnet": "dabnet_cityscapes@192",
    "sinet": "sinet_cityscapes@256",
    "bisenet": "bisenet_resnet18_celebamaskhq@192",
    "danet": "danet_resnetd50b_cityscapes@96",
    "fpenet": "fpenet_cityscapes@192",
    "ctxnet": "ctxnet_cityscapes@192",
    "lednet": "lednet_cityscapes@256",
    "esnet": "esnet_cityscapes@192",
    "edanet": "edanet_cityscapes@256",
    "enet": "enet_cityscapes@256",
    "erfnet": "erfnet_cityscapes@160",
    "linknet": "linknet_cityscapes@192",
    "segnet": "segnet_cityscapes@96",
    "unet": "unet_cityscapes@96",
    "sqnet": "sqnet_cityscapes@128",
    "simplepose": "simplepose_resnet18_coco@96 simplepose_mobile_mobilenet_w1_coco@160",
    "openpose": "lwopenpose2d_mobilenet_cmupan_coco@128",
    "centernet": "centernet_resnet18_voc@128",
    "superpoint": "superpointnet@128",
}


def image_networks() -> Iterator[tuple[str, str]]:
    """Family and name of each network."""
    for family, names in FAMILIES.items():
        for name in names.split():
            yield family, name


def _provider() -> Any:
    """The package's list of networks; of torchvision it needs one class, for a network that is not
    used here."""
    if "torchvision" not in sys.modules:
        for name in ("torchvision", "torchvision.ops"):
            stub = ModuleType(name)
            stub.__spec__ = importlib.machinery.ModuleSpec(name, None)
            sys.modules[name] = stub
        sys.modules["torchvision.ops"].DeformConv2d = object  # type: ignore[attr-defined]
    try:
        return importlib.import_module("pytorchcv.model_provider")
    finally:
        for name in ("torchvision", "torchvision.ops"):
            if getattr(sys.modules.get(name), "__file__", None) is None:
                sys.modules.pop(name, None)


def _own_size(module: nn.Module) -> tuple[int, int]:
    found = getattr(module, "in_size", None) or (224, 224)
    return int(found[0]), int(found[1])


def made(name: str) -> nn.Module:
    """A network for images of its size; `in_size` says which."""
    base, _, size = name.partition("@")
    provider = _provider()
    if not size:
        module: nn.Module = provider.get_model(base)
        return module
    sizes = (int(size), int(size))
    module = provider.get_model(base)
    if _own_size(module) == sizes:
        return module
    try:
        module = provider.get_model(base, in_size=sizes)
    except TypeError:
        module.in_size = sizes  # type: ignore[assignment]
    for part in module.modules():
        last = getattr(part, "final_pool", None)
        if isinstance(last, nn.AvgPool2d):
            part.final_pool = nn.AdaptiveAvgPool2d(1)
    rows = {"vgg": 7, "alexnet": 6}.get(base.removeprefix("bn_").rstrip("b0123456789"))
    if rows is not None:  # their classifiers expect that many rows and columns
        module.features.add_module("rows", nn.AdaptiveAvgPool2d(rows))
    return module


def image_shape(module: nn.Module) -> tuple[int, int, int, int]:
    """The shape of one image for it."""
    first = next((one for one in module.modules() if isinstance(one, nn.Conv2d)), None)
    channels = first.in_channels if first is not None else 3
    return (1, min(channels, 3), *_own_size(module))
