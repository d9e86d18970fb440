"""From the inputs that a network declares and those that are given to the sizes of a run."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from latpred.errors import ConfigError
from latpred.runtimes.given import GivenInput, GivenInputs, shape_text

__all__ = ["DeclaredInput", "matched_inputs", "require_batch", "sizes_of_inputs"]

Size = int | str | None


@dataclass(frozen=True)
class DeclaredInput:
    """An input as a network declares it.

    Attributes:
        name: Its name.
        shape: Sizes; a name or None where one is open. None: of any rank.
        dtype: Name of its type.

    Example:
        >>> from latpred.runtimes import DeclaredInput
        >>> DeclaredInput("ids", ("batch", "words"), "int64").axis_text(1)
        'axis 1 (words)'
    """

    name: str
    shape: tuple[Size, ...] | None
    dtype: str

    def axis_text(self, axis: int) -> str:
        """An axis and its name, if it has one."""
        name = self.shape[axis] if self.shape is not None else None
        return f"axis {axis} ({name})" if isinstance(name, str) else f"axis {axis}"


def matched_inputs(
    declared: Sequence[DeclaredInput], given: GivenInputs
) -> list[GivenInput | None]:
    """For each declared input the one that is given; None where none is.

    Raises:
        ConfigError: For an unknown name, another number of inputs, a rank, size or type that the
            network does not have.
    """
    if not given:
        return [None] * len(declared)
    names = [one.name for one in declared]
    if given.named:
        by_name = {one.label: one for one in given.leaves}
        unknown = [name for name in by_name if name not in names]
        if unknown:
            raise ConfigError(
                f"the network has no input {unknown[0]!r}; its inputs are {', '.join(names)}"
            )
        found = [by_name.get(name) for name in names]
    else:
        if len(given.leaves) != len(declared):
            raise ConfigError(
                f"{_counted(len(given.leaves))} given, but the network has {len(declared)}: "
                f"{', '.join(names)}"
            )
        found = list(given.leaves)
    for one, leaf in zip(declared, found, strict=True):
        if leaf is not None:
            _require_fit(one, leaf)
    return found


def _counted(number: int) -> str:
    return "1 input is" if number == 1 else f"{number} inputs are"


def _require_fit(declared: DeclaredInput, given: GivenInput) -> None:
    shape = () if given.shape is None else given.shape
    wanted = declared.shape
    fits = wanted is None or (
        len(wanted) == len(shape)
        and all(not isinstance(a, int) or a == b for a, b in zip(wanted, shape, strict=True))
    )
    if not fits:
        raise ConfigError(
            f"input {declared.name!r}: {_shape(shape)} is given, the network declares "
            f"{_shape(wanted)}"
        )
    if given.dtype not in (None, declared.dtype):
        raise ConfigError(
            f"input {declared.name!r}: {given.dtype} is given, the network declares "
            f"{declared.dtype}"
        )


def _shape(shape: Sequence[object] | None) -> str:
    return f"shape {shape_text(shape)}" if shape else f"a shape {shape_text(shape)}"


def sizes_of_inputs(
    declared: Sequence[DeclaredInput],
    found: Sequence[GivenInput | None],
    batch_axis: int | None,
    batch_size: int,
) -> list[tuple[int, ...]]:
    """The sizes of each input. What is open and not given takes the size that the same name has
    elsewhere, or, on the axis of the batch, the batch size.

    Raises:
        ConfigError: For open sizes that nothing says, one name of two sizes, or a batch that no
            input has.
    """
    named = dict(_named_sizes(declared, found))
    batch_name = _batch_name(declared, batch_axis)
    if batch_name is not None:
        named.setdefault(batch_name, batch_size)
    shapes: list[tuple[int, ...]] = []
    missing: list[str] = []
    for one, leaf in zip(declared, found, strict=True):
        if leaf is not None:
            shapes.append(leaf.shape or ())
        elif one.shape is None:
            missing.append(f"the shape of input {one.name!r}")
        else:
            unnamed = [batch_size if axis == batch_axis else None for axis in range(len(one.shape))]
            sizes = [
                named.get(size) if isinstance(size, str) else size or other
                for size, other in zip(one.shape, unnamed, strict=True)
            ]
            missing += [
                f"{one.axis_text(axis)} of input {one.name!r}"
                for axis, size in enumerate(sizes)
                if size is None
            ]
            shapes.append(tuple(size for size in sizes if size is not None))
    if missing:
        raise ConfigError(_open_text(declared, missing, batch_axis, batch_size))
    require_batch([one.name for one in declared], shapes, batch_axis, batch_size)
    return shapes


def _named_sizes(
    declared: Sequence[DeclaredInput], found: Sequence[GivenInput | None]
) -> Iterator[tuple[str, int]]:
    """Sizes by the names that the network has for them, of the inputs that are given."""
    known: dict[str, tuple[int, str]] = {}
    for one, leaf in zip(declared, found, strict=True):
        if leaf is None or one.shape is None or leaf.shape is None:
            continue
        for name, size in zip(one.shape, leaf.shape, strict=True):
            if not isinstance(name, str):
                continue
            earlier, where = known.setdefault(name, (size, one.name))
            if earlier != size:
                raise ConfigError(
                    f"the size {name!r} is {earlier} in input {where!r} and {size} in input "
                    f"{one.name!r}; one size expected"
                )
            yield name, size


def _batch_name(declared: Sequence[DeclaredInput], batch_axis: int | None) -> str | None:
    """The network's name for the batch: of the first input that has one on that axis."""
    if batch_axis is None:
        return None
    for one in declared:
        if one.shape is not None and len(one.shape) > batch_axis:
            name = one.shape[batch_axis]
            if isinstance(name, str):
                return name
    return None


def _open_text(
    declared: Sequence[DeclaredInput],
    missing: Sequence[str],
    batch_axis: int | None,
    batch_size: int,
) -> str:
    shapes = "; ".join(f"{one.name}: {shape_text(one.shape)}" for one in declared[:8])
    first = next(one for one in declared if missing[0].endswith(f"input {one.name!r}"))
    example = tuple(
        size if isinstance(size, int) else batch_size if axis == batch_axis else 64
        for axis, size in enumerate(first.shape or (None, None))
    )
    return (
        f"open sizes without a value: {', '.join(missing[:8])}; give them with example_inputs=, "
        f"such as {{{first.name!r}: {example}}} (declared: {shapes})"
    )


def require_batch(
    names: Sequence[str],
    shapes: Sequence[tuple[int, ...]],
    batch_axis: int | None,
    batch_size: int,
) -> None:
    """ConfigError unless one of the inputs has the device's batch size on the axis of the batch."""
    if batch_axis is None:
        if batch_size != 1:
            raise ConfigError(
                f"batch_axis=None says that there is no batch, the device's batch size is "
                f"{batch_size}, 1 expected"
            )
        return
    held = {
        name: shape[batch_axis]
        for name, shape in zip(names, shapes, strict=True)
        if len(shape) > batch_axis
    }
    if batch_size in held.values() or (not held and batch_size == 1 and batch_axis == 0):
        return
    first = next(iter(held.items()), None)
    if first is None:
        raise ConfigError(
            f"no input has an axis {batch_axis} for the batch of {batch_size}; batch_axis=None "
            "says that there is no batch"
        )
    raise ConfigError(
        f"input {first[0]!r} holds {first[1]} images a call, the device says {batch_size} (axis "
        f"{batch_axis} of the inputs): export the network with that batch size or an open one, "
        f"give the device batch_size={first[1]}, or say with batch_axis= which axis holds the "
        "batch (None: no batch)"
    )
