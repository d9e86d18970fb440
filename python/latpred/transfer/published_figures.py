"""Published figures of transfer, as their authors' files and READMEs have them: Spearman's rank
correlation, means over the target devices of a task, or of one device.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

__all__ = ["FIGURES", "Figure"]


@dataclass(frozen=True)
class Figure:
    """One number; `device` is empty for the mean over a task's targets, `ours` where we lack it."""

    task: str
    device: str
    method: str
    ours: str
    samples: int
    spearman: float
    deviation: float
    study: str
    source: str


_NAN = float("nan")
_TEASER = "NASFLAT: teaser_nas.py and result tables of its repository"
_TABLES = "NASFLAT: result tables of its repository"
_README = "HELP: README, table {}"
_DOCS = "latpred: docs/new_device.md"
_NB201, _FBNET = "ND N1 N2 N3 N4 NA", "FD F1 F2 F3 F4 FA"

# (study, source, tasks, samples, lines of "our name | the authors' name | numbers")
_BY_TASK = (
    (
        "headline", _TEASER, "ND NA N1 N2 N3 N4 FD FA F1 F2 F3 F4", 20,
        "help | HELP | .948 .410 .604 .509 .729 .746 .910 .370 .793 .543 .413 .799",
        "multipredict | MultiPredict | .930 .820 .970 .757 .947 .952 .960 .450 .756 .567 .434 .763",
        "nasflat | NASFLAT | .959 .893 .967 .857 .962 .959 .961 .577 .809 .871 .814 .734",
    ),
    ("few-shot curve", _TABLES, _NB201, 5,
        "nasflat | NASFLAT | .902 .857 .688 .868 .875 .814"),
    ("few-shot curve", _TABLES, _NB201, 10,
        "nasflat | NASFLAT | .947 .924 .846 .928 .873 .884"),
    ("few-shot curve", _TABLES, _NB201, 15,
        "nasflat | NASFLAT | .950 .948 .843 .947 .955 .889"),
    (
        "ablation, 16 source networks", _TABLES, _NB201, 20,
        "nasflat-gin | GIN | .960 .974 .871 .960 .965 .900",
        "- | GIN, row of the nearest device | .960 .973 .871 .963 .968 .910",
        "- | GIN, row, operation-wise | .960 .973 .855 .963 .966 .888",
        "- | GIN, row, operation-wise, CATE sampler | .960 .968 .836 .961 .959 .895",
    ),
    (
        "ablation, 900 source networks", _TABLES, "ND N1 N2 NA", 20,
        "nasflat-gin | GIN | .960 .970 .857 .909",
        "- | GIN, row of the nearest device | .962 .971 .847 .878",
        "- | GIN, row, operation-wise | .961 .972 .837 .872",
        "- | GIN, row, operation-wise, CATE sampler | .957 .961 .853 .876",
        "nasflat | NASFLAT | .960 .964 .857 .889",
    ),
    ("Arch2Vec encoding", _TABLES, _FBNET, 20,
        "nasflat | NASFLAT | .886 .749 .847 .844 .684 .534"),
    ("later study, 256 source networks", _TABLES, "F1 F2 F3 F4 N1 N3 N4", 20,
        "nasflat | NASFLAT | .852 .886 .895 .831 .975 .965 .971"),
    ("later study, 256 source networks, CATE", _TABLES, "N1 N2 N3", 20,
        "nasflat | NASFLAT | .976 .872 .970"),
    ("ceiling", _DOCS, "FD F1 F2 F3 F4 FA ND", 0,
        "ceiling | ceiling | 1.000 .935 .982 .982 .857 .846 .978"),
)  # fmt: skip

_HELP_NB201 = "titan_rtx_256 gold_6226 pixel2 raspi4 eyeriss fpga"
# (study, source, task, devices, lines of "our name | the authors' name | samples | numbers", the
# last number being the mean; "-": not given)
_BY_DEVICE = (
    (
        "HELP's devices", _README.format(3), "ND", f"{_HELP_NB201} mean",
        "flops | FLOPs | 0 | .950 .826 .765 .846 .437 .900 .787",
        "layer-wise | layer-wise | 0 | .667 .866 - - - - .767",
        "brp-nas | BRP-NAS | 900 | .814 .796 .666 .847 .811 .801 .789",
        "brp-nas | BRP-NAS | 3200 | .822 .805 .693 .853 .830 .828 .805",
        "help | HELP | 20 | .987 .989 .802 .890 .940 .985 .932",
    ),
    (
        "HELP's devices", _README.format(2), "FD", "raspi4 eyeriss fpga mean",
        "- | MAML | 20 | .718 .763 .727 .736",
        "- | Meta-SGD | 20 | .821 .822 .776 .806",
        "help | HELP | 20 | .887 .943 .892 .910",
    ),
    ("per device", _TABLES, "ND", "eyeriss fpga gold_6226 pixel2 raspi4 titan_rtx_256",
        "nasflat | NASFLAT | 20 | .990 .995 .983 .938 .865 .984"),
    ("per device", _TABLES, "N2",
        "embedded_gpu_jetson_nano_fp16 embedded_tpu_edge_tpu_int8 "
        "mobile_dsp_snapdragon_675_hexagon_685_int8 mobile_dsp_snapdragon_855_hexagon_690_int8 "
        "pixel3",
        "nasflat | NASFLAT | 20 | .850 .828 .849 .850 .910"),
    ("per device", _TABLES, "NA",
        "desktop_gpu_gtx_1080ti_fp32 embedded_tpu_edge_tpu_int8 eyeriss",
        "nasflat | NASFLAT | 20 | .816 .879 .984"),
    ("per device", _TABLES, "FD", "eyeriss fpga raspi4",
        "nasflat | NASFLAT | 20 | .977 .958 .948"),
    ("per device", _TABLES, "F1", "eyeriss fpga raspi4 samsung_a50 samsung_s7",
        "nasflat | NASFLAT | 20 | .890 .933 .899 .670 .650"),
    ("per device", _TABLES, "F4", "1080ti_1 essential_ph_1 pixel2",
        "nasflat | NASFLAT | 20 | .869 .491 .842"),
    ("per device", _TABLES, "FA", "gold_6226 essential_ph_1 samsung_s7 pixel2",
        "nasflat | NASFLAT | 20 | .548 .537 .511 .714"),
)  # fmt: skip
_DEVIATIONS = {("F4", "essential_ph_1", "NASFLAT"): 0.29}


def _lines() -> Iterator[tuple[str, str, str, str, int, list[tuple[str, str]]]]:
    """Study, source, our and the authors' name, samples, pairs of a column and its number."""
    for study, source, columns, samples, *lines in _BY_TASK:
        for line in lines:
            ours, method, numbers = (part.strip() for part in str(line).split("|"))
            pairs = list(zip(columns.split(), numbers.split(), strict=True))
            yield study, source, ours, method, int(samples), pairs


def _by_task() -> Iterator[Figure]:
    for study, source, ours, method, samples, pairs in _lines():
        own = "" if ours == "-" else ours
        for task, number in pairs:
            yield Figure(task, "", method, own, samples, float(number), _NAN, study, source)


def _by_device() -> Iterator[Figure]:
    for study, source, task, devices, *lines in _BY_DEVICE:
        for line in lines:
            ours, method, samples, numbers = (part.strip() for part in line.split("|"))
            own = "" if ours == "-" else ours
            for name, number in zip(devices.split(), numbers.split(), strict=True):
                device = "" if name == "mean" else name
                if number != "-":
                    spread = _DEVIATIONS.get((task, device, method), _NAN)
                    yield Figure(
                        task, device, method, own, int(samples), float(number), spread, study,
                        source,
                    )  # fmt: skip


FIGURES: tuple[Figure, ...] = (*_by_task(), *_by_device())
