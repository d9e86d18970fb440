"""An accuracy for FBNetV3's space, whose own predictor was never published."""

from __future__ import annotations

from latpred._core import device_generic as _native
from latpred.errors import ConfigError
from latpred.predictors.accuracy import AccuracyModel
from latpred.predictors.base import Predictor
from latpred.spaces import Space
from latpred.spaces import space as space_of

__all__ = ["fbnetv3_accuracy"]


def fbnetv3_accuracy(space: Space | str = "fbnetv3") -> Predictor:
    """Return a stand-in for the accuracy of FBNetV3 networks, in percent top-1 on ImageNet.

    The accuracy predictor that FBNetV3 was searched with is not published, nor are accuracies of
    networks of the space. What is published are seven networks, A to G. This is the curve
    100 - floor - scale x MACs^-exponent through them, by least squares: monotone, smooth, with a
    ceiling near 84.6. Each anchor counts with the MACs at its own input size (224 to 320 pixels),
    as those tell its accuracy best: left out, an anchor is predicted from the other six with a
    mean absolute error of 0.07 points and 0.15 at most; by MACs scaled to 224 pixels it would be
    0.26, by parameters 0.29. A network of the space enters with the MACs at the space's input
    size.

    What it is not: the anchors are the best that a search found at their cost, trained by the best
    recipe found, so the curve is an upper envelope. It knows nothing of how MACs are spread over
    stages, kernels or expansions; all networks of equal cost are equal to it. It compares search
    methods and picks the largest network that a device runs in time; it does not tell how accurate
    that network will be once trained.

    Args:
        space: "fbnetv3" at any input size, or a restriction of it.

    Raises:
        ConfigError: For another space.

    Example:
        >>> accuracy = lp.device_generic.fbnetv3_accuracy()
        >>> networks = lp.space("fbnetv3").sample(3, seed=0)
        >>> bool((accuracy.predict(networks) > 79).all()), accuracy.unit
        (True, '%')
    """
    place = space_of(space) if isinstance(space, str) else space
    if not isinstance(place, Space):
        found = type(place).__name__
        raise ConfigError(f"fbnetv3_accuracy: {found}, the space fbnetv3 expected")
    return AccuracyModel._of_native(_native.fbnetv3_accuracy(place))
