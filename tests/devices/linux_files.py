"""What Linux shows of some machines: the parts of /proc and /sys that describe processors."""

from __future__ import annotations

from pathlib import Path

CPU = "sys/devices/system/cpu/cpu{}"
MEMORY = {"proc/meminfo": "MemTotal:       16000000 kB\nMemAvailable:    8000000 kB\n"}


def cache(cpu: int, index: int, level: int, kind: str, size: str, shared: str) -> dict[str, str]:
    place = CPU.format(cpu) + f"/cache/index{index}"
    values = {"level": level, "type": kind, "size": size, "shared_cpu_list": shared}
    return {f"{place}/{name}": f"{value}\n" for name, value in values.items()}


def fastest(cpu: int, khz: int) -> dict[str, str]:
    return {CPU.format(cpu) + "/cpufreq/cpuinfo_max_freq": f"{khz}\n"}


def x86(vendor: str, family: int, model: int, name: str, mhz: str, count: int = 2) -> str:
    lines = f"vendor_id\t: {vendor}\ncpu family\t: {family}\nmodel\t\t: {model}\n"
    lines += f"model name\t: {name}\ncpu MHz\t\t: {mhz}\ncache size\t: 1024 KB\n"
    lines += "flags\t\t: fpu sse2 avx avx2\n"
    return "".join(f"processor\t: {i}\n{lines}\n" for i in range(count))


def arm(parts: list[int], implementer: int = 0x41, more: str = "") -> str:
    blocks = [
        f"processor\t: {i}\nBogoMIPS\t: 38.40\nFeatures\t: fp asimd\n"
        f"CPU implementer\t: {implementer:#04x}\nCPU part\t: {part:#05x}\n\n"
        for i, part in enumerate(parts)
    ]
    return "".join(blocks) + more


INTEL = {
    "proc/cpuinfo": x86(
        "GenuineIntel", 6, 85, "Intel(R) Xeon(R) Gold 6226 CPU @ 2.70GHz", "1200.0"
    ),
    **fastest(0, 3_700_000),
    **fastest(1, 3_700_000),
    **cache(0, 0, 1, "Data", "32K", "0"),
    **cache(0, 1, 1, "Instruction", "32K", "0"),
    **cache(0, 2, 2, "Unified", "1024K", "0"),
    **cache(0, 3, 3, "Unified", "19712K", "0-11,24-35"),
    **MEMORY,
}
AMD_GUEST = {  # a virtual machine: no scaling of clocks
    "proc/cpuinfo": x86("AuthenticAMD", 25, 17, "AMD EPYC", "2596.142"),
    **cache(0, 2, 2, "Unified", "1024K", "0"),
    **cache(0, 3, 3, "Unified", "32768K", "0-1"),
    **MEMORY,
}
PHONE = {  # Snapdragon 855: four small cores, three large ones, a larger one
    "proc/cpuinfo": arm([0x805] * 4 + [0x804] * 4, 0x51, "Hardware\t: Qualcomm SM8150\n"),
    **{k: v for i in range(4) for k, v in fastest(i, 1_785_600).items()},
    **{k: v for i in range(4, 7) for k, v in fastest(i, 2_419_200).items()},
    **fastest(7, 2_841_600),
    **cache(0, 0, 1, "Data", "32K", "0"),
    **cache(7, 0, 1, "Data", "64K", "7"),
    **cache(7, 2, 2, "Unified", "512K", "7"),
    **cache(7, 3, 3, "Unified", "2048K", "0-7"),
}
BOARD = {  # Raspberry Pi 4: caches are not told
    "proc/cpuinfo": arm([0xD08] * 4, more="Hardware\t: BCM2711\nModel\t\t: Raspberry Pi 4\n"),
    **fastest(0, 1_500_000),
    "proc/meminfo": "MemTotal: 3884360 kB\n",
}
CONTAINER = {"proc/cpuinfo": INTEL["proc/cpuinfo"]}
NEW_PROCESSOR = {"proc/cpuinfo": x86("GenuineIntel", 18, 3, "Some CPU", "")}
BROKEN = {
    "proc/cpuinfo": "processor\t: 0\nvendor_id: AuthenticAMD\ncpu family: 2x\ncpu MHz: fast\n"
    "cache size: much\nmodel name: \x00\ufffd @ 9..9GHz",
    "proc/meminfo": "MemTotal: many kB\nMemAvailable: -3 kB",
    CPU.format(0) + "/cpufreq/cpuinfo_max_freq": "nan\n",
    CPU.format(1) + "/cpufreq/cpuinfo_max_freq": "-5\n",
    **cache(0, 0, 9, "Data", "32K", "0"),
    **cache(0, 1, 2, "Data", "1e9", "0-x"),
    **cache(0, 2, 1, "Data", "9" * 99, ""),
}
ELSEWHERE: dict[str, str] = {}  # a system without /proc and /sys


def write(root: Path, files: dict[str, str]) -> Path:
    root.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    return root
