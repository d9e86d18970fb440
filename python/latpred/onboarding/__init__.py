"""From a device that nobody has measured to a predictor of it, in minutes."""

from __future__ import annotations

from latpred.base.faces import listing
from latpred.onboarding.loop import onboard
from latpred.onboarding.next_networks import NextNetworks, next_to_measure
from latpred.onboarding.pack import DevicePack
from latpred.onboarding.packs import load_pack
from latpred.onboarding.rounds import Round
from latpred.onboarding.similar import SimilarDevice, SimilarDevices, similar_devices
from latpred.onboarding.verification import Verification, judged

__all__ = [
    "DevicePack",
    "NextNetworks",
    "Round",
    "SimilarDevice",
    "SimilarDevices",
    "Verification",
    "judged",
    "load_pack",
    "next_to_measure",
    "onboard",
    "similar_devices",
]
__dir__ = listing(__all__)
