"""The 12 tasks of NASFLAT (Akhauri and Abdelfattah 2024): which devices, by the names of the data.

N: NAS-Bench-201, F: FBNet. D is HELP's split, 1 to 4 were made by partitions, A is the hard one.
"""

from __future__ import annotations

__all__ = ["HELD", "TASKS"]

_GPUS = ("1080ti", "2080ti", "titan_rtx", "titanx", "titanxp")
_OTHERS = (
    *("essential_ph_1", "eyeriss", "fpga", "gold_6226", "gold_6240", "pixel2", "pixel3"),
    *("raspi4", "samsung_a50", "samsung_s7", "silver_4114", "silver_4210r"),
)


def _gpus(*batches: int) -> str:
    return " ".join(f"{gpu}_{batch}" for gpu in _GPUS for batch in batches)


# Space -> the devices of HELP's tables.
HELD = {
    "nas-bench-201": frozenset([*_gpus(1, 32, 256).split(), *_OTHERS]),
    "fbnet": frozenset([*_gpus(1, 32, 64).split(), *_OTHERS]),
}

# Devices of other tables (Eagle, BRP-NAS), by their short names here.
_EAGLE = {
    "i7": "desktop_cpu_core_i7_7820x_fp32",
    "gtx1080ti": "desktop_gpu_gtx_1080ti_fp32",
    "jetson16": "embedded_gpu_jetson_nano_fp16",
    "jetson32": "embedded_gpu_jetson_nano_fp32",
    "edge-tpu": "embedded_tpu_edge_tpu_int8",
    "kryo485": "mobile_cpu_snapdragon_855_kryo_485_int8",
    "hexagon685": "mobile_dsp_snapdragon_675_hexagon_685_int8",
    "hexagon690": "mobile_dsp_snapdragon_855_hexagon_690_int8",
    "adreno612": "mobile_gpu_snapdragon_675_adreno_612_int8",
    "adreno640": "mobile_gpu_snapdragon_855_adreno_640_int8",
}


def _devices(text: str) -> tuple[str, ...]:
    return tuple(_EAGLE.get(name, name) for name in text.split())


_PHONES = "samsung_a50 pixel3 essential_ph_1 samsung_s7"

# Name -> sources, targets.
TASKS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    name: (_devices(sources), _devices(targets))
    for name, sources, targets in (
        (
            "ND",
            f"1080ti_1 1080ti_32 1080ti_256 silver_4114 silver_4210r {_PHONES}",
            "titan_rtx_256 gold_6226 fpga pixel2 raspi4 eyeriss",
        ),
        (
            "N1",
            "edge-tpu eyeriss adreno612 adreno640 pixel3",
            "1080ti_1 titan_rtx_32 titanxp_1 2080ti_32 titan_rtx_1",
        ),
        (
            "N2",
            "1080ti_1 1080ti_32 titanx_32 titanxp_1 titanxp_32",
            "jetson16 edge-tpu hexagon685 hexagon690 pixel3",
        ),
        (
            "N3",
            "gtx1080ti jetson16 eyeriss hexagon685 adreno640",
            "1080ti_1 2080ti_1 titanxp_1 2080ti_32 titanxp_32",
        ),
        (
            "N4",
            "i7 jetson32 edge-tpu eyeriss kryo485 hexagon685 hexagon690 adreno612 adreno640 pixel2",
            "1080ti_1 2080ti_1 titan_rtx_1",
        ),
        (
            "NA",
            "titan_rtx_1 titan_rtx_32 titanxp_1 2080ti_1 titanx_1 1080ti_1 titanx_32 titanxp_32 "
            "2080ti_32 1080ti_32 gold_6226 samsung_s7 silver_4114 gold_6240 silver_4210r "
            "samsung_a50 pixel2",
            "eyeriss gtx1080ti edge-tpu",
        ),
        (
            "FD",
            f"1080ti_1 1080ti_32 1080ti_64 silver_4114 silver_4210r {_PHONES}",
            "fpga raspi4 eyeriss",
        ),
        (
            "F1",
            "2080ti_1 essential_ph_1 silver_4114 titan_rtx_1 titan_rtx_32",
            "eyeriss fpga raspi4 samsung_a50 samsung_s7",
        ),
        (
            "F2",
            "essential_ph_1 gold_6226 gold_6240 pixel3 raspi4",
            "1080ti_1 1080ti_32 2080ti_32 titan_rtx_1 titanxp_1",
        ),
        (
            "F3",
            "essential_ph_1 pixel2 pixel3 raspi4 samsung_s7",
            "1080ti_1 1080ti_32 2080ti_1 titan_rtx_1 titan_rtx_32",
        ),
        (
            "F4",
            "1080ti_64 2080ti_1 eyeriss gold_6226 gold_6240 raspi4 samsung_s7 silver_4210r "
            "titan_rtx_1 titan_rtx_32",
            "1080ti_1 pixel2 essential_ph_1",
        ),
        ("FA", _gpus(1, 32, 64), "gold_6226 essential_ph_1 samsung_s7 pixel2"),
    )
}
