"""Losses of a network's outputs: by name, as weights, or as a function written with torch."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from latpred._core import networks as _native
from latpred.base.names import did_you_mean
from latpred.errors import ConfigError

if TYPE_CHECKING:
    import torch

__all__ = ["LOSSES", "Loss", "direction_of", "loss_of"]

LOSSES = ("sum", "mean", "mse", "cross-entropy")
# A name of `LOSSES`; weights of the outputs; or what makes a scalar of torch's outputs.
Loss: TypeAlias = "str | ArrayLike | Callable[[torch.Tensor], torch.Tensor]"


def loss_of(loss: Loss, target: ArrayLike | None) -> _native.OutputLoss:
    """The compiled form of a loss.

    Raises:
        ConfigError: For an unknown name, or a target where none belongs or none is given.
    """
    if callable(loss):
        _refuse_target("a function", target)
        return _native.python_loss(_TorchLoss(loss))
    if not isinstance(loss, str):
        _refuse_target("weights of the outputs", target)
        return _native.weighted_sum_loss(loss)
    if loss in ("sum", "mean"):
        _refuse_target(f"'{loss}'", target)
        return _native.sum_loss(loss == "mean")
    if loss not in LOSSES:
        raise ConfigError(
            f"loss: '{loss[:60]}', one of {', '.join(LOSSES)} expected{did_you_mean(loss, LOSSES)}"
        )
    if target is None:
        raise ConfigError(f"loss: '{loss}' needs target=")
    if loss == "mse":
        return _native.squared_error_loss(target)
    return _native.cross_entropy_loss(target)


def _refuse_target(loss: str, target: ArrayLike | None) -> None:
    if target is not None:
        raise ConfigError(f"loss: target= given, {loss} has none")


class _TorchLoss:
    """Value and derivatives of a function of the outputs, by torch's own autograd."""

    def __init__(self, function: Callable[[torch.Tensor], torch.Tensor]) -> None:
        self._function = function

    def slope(self, outputs: NDArray[np.float32]) -> tuple[float, NDArray[np.float32]]:
        """The loss, and its gradient by the outputs."""
        import torch

        with torch.enable_grad():
            variable, value = self._value(outputs)
            (gradient,) = torch.autograd.grad(value, variable)
        return value.item(), gradient.numpy()

    def curvature(
        self, outputs: NDArray[np.float32], direction: NDArray[np.float32]
    ) -> NDArray[np.float32]:
        """Second derivatives by the outputs, times a direction."""
        import torch

        with torch.enable_grad():
            variable, value = self._value(outputs)
            (gradient,) = torch.autograd.grad(value, variable, create_graph=True)
            if not gradient.requires_grad:
                return np.zeros_like(outputs)
            along = (gradient * torch.from_numpy(direction)).sum()
            (product,) = torch.autograd.grad(along, variable, allow_unused=True)
        return np.zeros_like(outputs) if product is None else product.numpy()

    def _value(self, outputs: NDArray[np.float32]) -> tuple[Any, Any]:
        import torch

        variable = torch.from_numpy(outputs.copy()).requires_grad_()
        value = self._function(variable)
        if not isinstance(value, torch.Tensor) or value.numel() != 1 or not value.requires_grad:
            raise ConfigError(
                f"loss: the function returned {type(value).__name__}, "
                "a tensor of one element that depends on the outputs expected"
            )
        return variable, value.reshape(())


def direction_of(vector: object) -> dict[str, object] | None:
    """Arrays by name, if any were given; ConfigError for anything else."""
    if vector is None:
        return None
    if not isinstance(vector, Mapping):
        raise ConfigError(
            f"gradients: vector of type {type(vector).__name__}, arrays by name expected"
        )
    return dict(vector)
