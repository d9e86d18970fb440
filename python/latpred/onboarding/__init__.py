"""From a device that nobody has measured to a predictor of it, in minutes."""

from __future__ import annotations

from latpred.base.faces import listing
from latpred.onboarding.loop import onboard
from latpred.onboarding.pack import DevicePack, load_pack
from latpred.onboarding.rounds import Round
from latpred.onboarding.verification import Verification, judged

__all__ = ["DevicePack", "Round", "Verification", "judged", "load_pack", "onboard"]
__dir__ = listing(__all__)
