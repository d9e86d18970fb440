"""Families of processors, and how many operations their cores dispatch in a cycle.

The numbers are those of vendors' optimisation guides and of published analyses. For ARM they count
the operations that may leave for the execution units in a cycle, as the device files of DGL do
(Cortex-A53: 3, A73: 4, A75: 5, A76 and A77: 10), for x86 those that rename and allocate in a cycle.
"""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["Family", "family_of"]


class Family(NamedTuple):
    """What a table knows of a processor."""

    name: str
    dispatch_width: float


# Family numbers of AMD and Hygon; of these alone, models of a family do not differ in width.
_AMD = {
    15: Family("AMD K8", 3),
    16: Family("AMD K10", 3),
    18: Family("AMD K10", 3),
    20: Family("AMD Bobcat", 2),
    21: Family("AMD Bulldozer to Excavator", 4),
    22: Family("AMD Jaguar", 2),
    23: Family("AMD Zen to Zen 2", 6),
    24: Family("Hygon Dhyana", 6),
    25: Family("AMD Zen 3 or Zen 4", 6),
    26: Family("AMD Zen 5", 8),
}
# Models of family 6 of Intel.
_INTEL = {
    Family("Intel Core 2", 4): (15, 22, 23, 29),
    Family("Intel Nehalem or Westmere", 4): (26, 30, 31, 37, 44, 46, 47),
    Family("Intel Sandy Bridge or Ivy Bridge", 4): (42, 45, 58, 62),
    Family("Intel Haswell", 4): (60, 63, 69, 70),
    Family("Intel Broadwell", 4): (61, 71, 79, 86),
    Family("Intel Skylake to Comet Lake", 4): (78, 85, 94, 102, 142, 158, 165, 166),
    Family("Intel Ice Lake", 5): (106, 108, 125, 126),
    Family("Intel Tiger Lake or Rocket Lake", 5): (140, 141, 167),
    Family("Intel Alder Lake or Raptor Lake", 6): (151, 154, 183, 186, 191),
    Family("Intel Sapphire Rapids or Emerald Rapids", 6): (143, 207),
    Family("Intel Granite Rapids", 6): (173, 174),
    Family("Intel Meteor Lake", 6): (170, 172),
    Family("Intel Lunar Lake or Arrow Lake", 8): (181, 189, 197, 198),
    Family("Intel Bonnell", 2): (28, 38, 39, 53, 54),
    Family("Intel Silvermont or Airmont", 2): (55, 74, 76, 77, 90, 93),
    Family("Intel Knights Landing or Mill", 2): (87, 133),
    Family("Intel Goldmont", 3): (92, 95),
    Family("Intel Goldmont Plus", 4): (122,),
    Family("Intel Tremont", 4): (134, 138, 150, 156),
    Family("Intel Gracemont", 5): (190,),
    Family("Intel Crestmont", 6): (175, 182),
}
# (implementer, part) of /proc/cpuinfo on ARM.
_ARM = {
    (0x41, 0xC07): Family("ARM Cortex-A7", 2),
    (0x41, 0xC09): Family("ARM Cortex-A9", 2),
    (0x41, 0xC0F): Family("ARM Cortex-A15", 3),
    (0x41, 0xD03): Family("ARM Cortex-A53", 3),
    (0x41, 0xD04): Family("ARM Cortex-A35", 2),
    (0x41, 0xD05): Family("ARM Cortex-A55", 3),
    (0x41, 0xD07): Family("ARM Cortex-A57", 3),
    (0x41, 0xD08): Family("ARM Cortex-A72", 5),
    (0x41, 0xD09): Family("ARM Cortex-A73", 4),
    (0x41, 0xD0A): Family("ARM Cortex-A75", 5),
    (0x41, 0xD0B): Family("ARM Cortex-A76", 10),
    (0x41, 0xD0C): Family("ARM Neoverse N1", 10),
    (0x41, 0xD0D): Family("ARM Cortex-A77", 10),
    (0x41, 0xD40): Family("ARM Neoverse V1", 16),
    (0x41, 0xD41): Family("ARM Cortex-A78", 12),
    (0x41, 0xD44): Family("ARM Cortex-X1", 16),
    (0x41, 0xD46): Family("ARM Cortex-A510", 3),
    (0x41, 0xD47): Family("ARM Cortex-A710", 10),
    (0x41, 0xD48): Family("ARM Cortex-X2", 16),
    (0x41, 0xD49): Family("ARM Neoverse N2", 10),
    (0x41, 0xD4D): Family("ARM Cortex-A715", 10),
    (0x41, 0xD4E): Family("ARM Cortex-X3", 16),
    (0x41, 0xD4F): Family("ARM Neoverse V2", 16),
    (0x46, 0x001): Family("Fujitsu A64FX", 4),
    (0x48, 0xD01): Family("HiSilicon TaiShan v110", 4),
    (0x48, 0xD40): Family("HiSilicon Cortex-A76", 10),
    (0x51, 0x201): Family("Qualcomm Kryo", 4),
    (0x51, 0x205): Family("Qualcomm Kryo", 4),
    (0x51, 0x211): Family("Qualcomm Kryo", 4),
    (0x51, 0x800): Family("Qualcomm Kryo Gold (Cortex-A73)", 4),
    (0x51, 0x801): Family("Qualcomm Kryo Silver (Cortex-A53)", 3),
    (0x51, 0x802): Family("Qualcomm Kryo 3xx Gold (Cortex-A75)", 5),
    (0x51, 0x803): Family("Qualcomm Kryo 3xx Silver (Cortex-A55)", 3),
    (0x51, 0x804): Family("Qualcomm Kryo 4xx Gold (Cortex-A76)", 10),
    (0x51, 0x805): Family("Qualcomm Kryo 4xx Silver (Cortex-A55)", 3),
    (0x53, 0x001): Family("Samsung Exynos M1", 4),
    (0x53, 0x002): Family("Samsung Exynos M3", 6),
    (0x53, 0x003): Family("Samsung Exynos M4", 6),
    (0x53, 0x004): Family("Samsung Exynos M5", 6),
    (0x61, 0x022): Family("Apple M1 Icestorm", 4),
    (0x61, 0x023): Family("Apple M1 Firestorm", 8),
    (0x61, 0x024): Family("Apple M1 Pro Icestorm", 4),
    (0x61, 0x025): Family("Apple M1 Pro Firestorm", 8),
    (0x61, 0x028): Family("Apple M1 Max Icestorm", 4),
    (0x61, 0x029): Family("Apple M1 Max Firestorm", 8),
    (0x61, 0x032): Family("Apple M2 Blizzard", 4),
    (0x61, 0x033): Family("Apple M2 Avalanche", 8),
    (0xC0, 0xAC3): Family("Ampere-1", 4),
}


def family_of(fields: dict[str, str]) -> Family | None:
    """The family of a processor by its fields of /proc/cpuinfo; None where no table has it."""
    if "CPU implementer" in fields:
        return _ARM.get((_whole(fields["CPU implementer"]), _whole(fields.get("CPU part", ""))))
    vendor = fields.get("vendor_id", "")
    family, model = _whole(fields.get("cpu family", "")), _whole(fields.get("model", ""))
    if vendor in ("AuthenticAMD", "HygonGenuine"):
        return _AMD.get(family)
    if vendor == "GenuineIntel" and family == 6:
        return next((one for one, models in _INTEL.items() if model in models), None)
    return None


def _whole(text: str) -> int:
    """Decimal or, with 0x, hexadecimal; -1 for anything else."""
    try:
        return int(text, 0)
    except ValueError:
        return -1
