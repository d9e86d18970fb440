from __future__ import annotations
import collections.abc
import latpred._core.searching
import latpred._core.spaces
import numpy
import numpy.typing
import typing

__all__: list[str] = [
    "Block",
    "DistinctNetworks",
    "Placement",
    "Site",
    "UnitSearchSettings",
    "all_placements",
    "benjamini_hochberg",
    "count_hits",
    "decided_sites",
    "design_effects",
    "draw_placements",
    "draw_random",
    "exact_chances",
    "exact_means",
    "exact_summaries",
    "group_means",
    "holm",
    "joined_placement",
    "layer_counts",
    "metric_values",
    "mutate_units",
    "mutation_units",
    "narrow",
    "normal_quantile",
    "normalised_pixels",
    "placement_of_spec",
    "placement_of_text",
    "plan_reduction",
    "pooled_attribution",
    "pooled_effects",
    "random_summary",
    "required_samples",
    "simultaneous_level",
    "sites",
    "student_bound",
    "student_tail",
    "training_change",
    "unit_search",
    "validation_cut",
    "wilson_interval",
]

class Block:
    """
    A joint choice of the genes of a site.
    """
    @staticmethod
    def __reduce_ex__(*args, **kwargs):
        """
        How it is pickled and copied.
        """
    @property
    def choices(self) -> list[tuple[int, int]]:
        """
        (column, index of the choice) of each gene.
        """
    @property
    def name(self) -> str:
        """
        E.g. "e6k7".
        """

class Site:
    """
    A place for a block: unit and layer, from 0.
    """
    @staticmethod
    def __reduce_ex__(*args, **kwargs):
        """
        How it is pickled and copied.
        """
    @property
    def blocks(self) -> list[Block]:
        """
        That the space allows here.
        """
    @property
    def columns(self) -> list[int]:
        """
        Genes that choose the block.
        """
    @property
    def gate(self) -> int:
        """
        Gene that says whether the layer is there; -1: always.
        """
    @property
    def gate_from(self) -> int:
        """
        From this choice of the gate on.
        """
    @property
    def layer(self) -> int:
        """
        Within the unit, from 0.
        """
    @property
    def name(self) -> str:
        """
        E.g. "u2.l1".
        """
    @property
    def unit(self) -> int:
        """
        From 0.
        """

class Placement:
    """
    Choices fixed at once.
    """
    @staticmethod
    def __reduce_ex__(*args, **kwargs):
        """
        How it is pickled and copied.
        """
    def __getstate__(
        self,
    ) -> tuple[
        str,
        str,
        str,
        int,
        int,
        str,
        list[list[float]],
        list[tuple[int, int]],
        list[tuple[int, int, int]],
        bool,
    ]: ...
    def __setstate__(self, arg0: tuple) -> None: ...
    @property
    def block(self) -> str:
        """
        E.g. "e6k7".
        """
    @property
    def choices(self) -> list[tuple[int, int]]:
        """
        (column, index of the choice).
        """
    @property
    def label(self) -> str:
        """
        As in the original's log.
        """
    @property
    def layer(self) -> int:
        """
        From 0; -1 outside units.
        """
    @property
    def name(self) -> str:
        """
        E.g. "u1.l0=e6k7".
        """
    @property
    def place(self) -> str:
        """
        E.g. "u1.l0".
        """
    @property
    def single(self) -> bool:
        """
        One block, perhaps with a resolution.
        """
    @property
    def specs(self) -> list[list[float]]:
        """
        As the original writes them.
        """
    @property
    def unit(self) -> int:
        """
        From 0; -1 outside units.
        """

class DistinctNetworks:
    """
    Networks asked for, each once.
    """
    @staticmethod
    def __reduce_ex__(*args, **kwargs):
        """
        How it is pickled and copied.
        """
    def __init__(self, space: latpred._core.spaces.Space) -> None: ...
    def __len__(self) -> int: ...
    def add(self, archs: latpred._core.spaces.Architectures) -> numpy.typing.NDArray[numpy.int64]:
        """
        Their numbers among the distinct ones; new ones get the next.
        """
    @property
    def all(self) -> latpred._core.spaces.Architectures:
        """
        The distinct ones.
        """

class UnitSearchSettings:
    """
    See latpred.profiling.unit_search.
    """
    @staticmethod
    def __reduce_ex__(*args, **kwargs):
        """
        How it is pickled and copied.
        """
    def __init__(
        self,
        *,
        pareto: bool,
        initial: typing.SupportsInt | typing.SupportsIndex,
        iterations: typing.SupportsInt | typing.SupportsIndex,
        children: typing.SupportsInt | typing.SupportsIndex,
        fronts: typing.SupportsInt | typing.SupportsIndex,
        top: typing.SupportsInt | typing.SupportsIndex,
        mutation_depth: typing.SupportsInt | typing.SupportsIndex,
        probabilities: collections.abc.Sequence[typing.SupportsFloat | typing.SupportsIndex],
        seed: typing.SupportsInt | typing.SupportsIndex,
        reference: collections.abc.Sequence[typing.SupportsFloat | typing.SupportsIndex]
        | None = None,
    ) -> None: ...

def all_placements(space: latpred._core.spaces.Space) -> list[Placement]:
    """
    Every block at every layer that networks of the space can have.
    """

def benjamini_hochberg(
    p_values: typing.Annotated[numpy.typing.ArrayLike, numpy.float64],
) -> numpy.typing.NDArray[numpy.float64]:
    """
    Adjusted p values that bound the share of false rejections.
    """

def count_hits(
    outputs: typing.Annotated[numpy.typing.ArrayLike, numpy.float32],
    labels: typing.Annotated[numpy.typing.ArrayLike, numpy.int64],
) -> tuple[int, int]:
    """
    Pictures whose class is the first output, and among the first five.

    Raises DataError for outputs that are not finite.
    """

def decided_sites(space: latpred._core.spaces.Space) -> list[str]:
    """
    Names of the sites that have genes which other genes decide.
    """

def design_effects(
    random: typing.Annotated[numpy.typing.ArrayLike, numpy.float64],
    placed: typing.Annotated[numpy.typing.ArrayLike, numpy.float64],
    *,
    paired: bool,
    confidence: typing.SupportsFloat | typing.SupportsIndex,
    seed: typing.SupportsInt | typing.SupportsIndex,
) -> dict:
    """
    Columns of effects of P placements from P x n values.
    """

def draw_placements(
    space: latpred._core.spaces.Space,
    placements: collections.abc.Sequence[Placement],
    count: typing.SupportsInt | typing.SupportsIndex,
    *,
    estimand: str,
    paired: bool,
    seed: typing.SupportsInt | typing.SupportsIndex,
    threads: typing.SupportsInt | typing.SupportsIndex = 0,
) -> latpred._core.spaces.Architectures:
    """
    `count` networks of each placement; row i of one depends on seed, placement and i only.
    """

def draw_random(
    space: latpred._core.spaces.Space,
    count: typing.SupportsInt | typing.SupportsIndex,
    *,
    seed: typing.SupportsInt | typing.SupportsIndex,
) -> latpred._core.spaces.Architectures:
    """
    Networks as the space draws them; row i depends on (seed, i) only.
    """

def exact_chances(
    archs: latpred._core.spaces.Architectures,
    placements: collections.abc.Sequence[Placement],
    estimand: str,
) -> numpy.typing.NDArray[numpy.float64]:
    """
    Chance of each network to be drawn: P + 1 rows of N.
    """

def exact_means(
    space: latpred._core.spaces.Space,
    metric: typing.Any,
    placements: collections.abc.Sequence[Placement],
    estimand: str,
) -> numpy.typing.NDArray[numpy.float64] | None:
    """
    Means of random networks and of those of each placement; None where the metric, an objective or the name of a cost, is not known to be a sum of tables.
    """

def exact_summaries(
    archs: latpred._core.spaces.Architectures,
    values: typing.Annotated[numpy.typing.ArrayLike, numpy.float64],
    placements: collections.abc.Sequence[Placement],
    estimand: str,
) -> dict:
    """
    Columns of P + 1 rows, from all networks of a space and their values.
    """

def group_means(
    random: typing.Annotated[numpy.typing.ArrayLike, numpy.float64],
    placed: typing.Annotated[numpy.typing.ArrayLike, numpy.float64],
    *,
    paired: bool,
    groups: collections.abc.Sequence[
        collections.abc.Sequence[typing.SupportsInt | typing.SupportsIndex]
    ],
    contrast: bool,
    confidence: typing.SupportsFloat | typing.SupportsIndex,
) -> dict:
    """
    Means over groups of placements, minus the random mean where `contrast`.
    """

def holm(
    p_values: typing.Annotated[numpy.typing.ArrayLike, numpy.float64],
) -> numpy.typing.NDArray[numpy.float64]:
    """
    Adjusted p values that bound the chance of any false rejection.
    """

def joined_placement(
    space: latpred._core.spaces.Space, parts: collections.abc.Sequence[Placement]
) -> Placement:
    """
    Several fixes at once.
    """

def layer_counts(space: latpred._core.spaces.Space) -> list[tuple[str, list[int]]]:
    """
    (unit, numbers of layers that it may have) of each unit.
    """

def metric_values(
    metric: str, objective: typing.Any, archs: latpred._core.spaces.Architectures
) -> numpy.typing.NDArray[numpy.float64]:
    """
    N finite values; errors name the metric and the network.
    """

def mutate_units(
    parents: latpred._core.spaces.Architectures,
    seed: typing.SupportsInt | typing.SupportsIndex,
    probabilities: collections.abc.Sequence[typing.SupportsFloat | typing.SupportsIndex],
    depth: typing.SupportsInt | typing.SupportsIndex = 1,
) -> latpred._core.spaces.Architectures:
    """
    One child a row; row i depends on (seed, i) only. `probabilities`: of each of
    mutation_units(space); `depth`: mutations from a parent to its child.
    """

def mutation_units(space: latpred._core.spaces.Space) -> list[str]:
    """
    Names of what is mutated together: "u0", …, and "network".
    """

def narrow(
    space: latpred._core.spaces.Space,
    name: str,
    *,
    blocks: collections.abc.Mapping[str, collections.abc.Set[str]] = {},
    layers: collections.abc.Mapping[
        str, collections.abc.Set[typing.SupportsInt | typing.SupportsIndex]
    ] = {},
) -> latpred._core.spaces.Space:
    """
    The space with only these blocks by place and numbers of layers by unit.
    """

def normal_quantile(p: typing.SupportsFloat | typing.SupportsIndex) -> float:
    """
    Of the standard normal.
    """

def normalised_pixels(
    pixels: typing.Annotated[numpy.typing.ArrayLike, numpy.uint8],
) -> numpy.typing.NDArray[numpy.float32]:
    """
    N x 3 x H x W float32 by the means and deviations of ImageNet's channels.
    """

def placement_of_spec(
    space: latpred._core.spaces.Space,
    spec: collections.abc.Sequence[typing.SupportsFloat | typing.SupportsIndex],
) -> Placement:
    """
    One fix in the original's form.
    """

def placement_of_text(space: latpred._core.spaces.Space, text: str) -> Placement:
    """
    One fix such as "u1.l0=e6k7".
    """

def plan_reduction(
    space: latpred._core.spaces.Space,
    effects: collections.abc.Sequence[
        tuple[
            collections.abc.Sequence[typing.SupportsFloat | typing.SupportsIndex],
            collections.abc.Sequence[typing.SupportsFloat | typing.SupportsIndex],
            collections.abc.Sequence[typing.SupportsFloat | typing.SupportsIndex],
            collections.abc.Sequence[typing.SupportsFloat | typing.SupportsIndex],
        ]
    ],
    goals: typing.SupportsInt | typing.SupportsIndex,
    *,
    surely: typing.SupportsFloat | typing.SupportsIndex,
    surely_depths: typing.SupportsFloat | typing.SupportsIndex,
    slack: typing.SupportsFloat | typing.SupportsIndex,
    likely: typing.SupportsFloat | typing.SupportsIndex,
    unlikely: typing.SupportsFloat | typing.SupportsIndex,
) -> dict:
    """
    `effects`: of each site B x goals scores of its blocks, their standard errors, the
    layer's scores and theirs. See latpred.profiling.reduce_space.
    """

def pooled_attribution(
    space: latpred._core.spaces.Space,
    archs: typing.Any,
    values: collections.abc.Sequence[typing.Annotated[numpy.typing.ArrayLike, numpy.float64]],
    names: collections.abc.Sequence[str],
    confidence: typing.SupportsFloat | typing.SupportsIndex = 0.95,
) -> list:
    """
    Columns of the frames of latpred.profiling.attribution.attribution_frames, by metric.
    """

def pooled_effects(
    space: latpred._core.spaces.Space,
    archs: typing.Any,
    values: collections.abc.Sequence[typing.Annotated[numpy.typing.ArrayLike, numpy.float64]],
    names: collections.abc.Sequence[str],
    confidence: typing.SupportsFloat | typing.SupportsIndex,
    seed: typing.SupportsInt | typing.SupportsIndex,
    legacy: bool,
    validation: list,
) -> dict:
    """
    Columns of the frames of latpred.profiling.pooled.pooled_frames, by metric.
    """

def random_summary(
    random: typing.Annotated[numpy.typing.ArrayLike, numpy.float64],
    *,
    confidence: typing.SupportsFloat | typing.SupportsIndex,
) -> dict:
    """
    Columns of the random networks' values, of one row.
    """

def required_samples(
    deviation: typing.SupportsFloat | typing.SupportsIndex,
    terms: typing.SupportsFloat | typing.SupportsIndex,
    half_width: typing.SupportsFloat | typing.SupportsIndex,
    confidence: typing.SupportsFloat | typing.SupportsIndex,
) -> int:
    """
    Least n with t deviation / sqrt(n - terms) <= half_width.
    """

def simultaneous_level(
    covariance: typing.Annotated[numpy.typing.ArrayLike, numpy.float64],
    confidence: typing.SupportsFloat | typing.SupportsIndex,
    seed: typing.SupportsInt | typing.SupportsIndex = 0,
) -> float:
    """
    Two-sided level of each of K intervals that hold together.
    """

def sites(space: latpred._core.spaces.Space) -> list[Site]:
    """
    The sites of a space, by unit and layer.
    """

def student_bound(
    tail: typing.SupportsFloat | typing.SupportsIndex,
    degrees: typing.SupportsFloat | typing.SupportsIndex,
) -> float:
    """
    The t with P[|T| >= t] = tail.
    """

def student_tail(
    t: typing.SupportsFloat | typing.SupportsIndex,
    degrees: typing.SupportsFloat | typing.SupportsIndex,
) -> float:
    """
    P[|T| >= |t|] of Student's T with these degrees of freedom.
    """

def training_change(
    width: typing.SupportsInt | typing.SupportsIndex,
    height: typing.SupportsInt | typing.SupportsIndex,
    seed: typing.SupportsInt | typing.SupportsIndex,
    name: bytes,
) -> tuple[tuple, bool, float, float, bool]:
    """
    (left, top, right, bottom), mirrored, brightness, saturation, saturation first; by (seed, name).
    """

def unit_search(
    space: latpred._core.spaces.Space,
    *,
    goals: collections.abc.Sequence[
        tuple[str, typing.Any, bool, typing.SupportsInt | typing.SupportsIndex | None]
    ],
    limits: collections.abc.Sequence[
        tuple[str, typing.Any, typing.SupportsFloat | typing.SupportsIndex | None]
    ],
    settings: UnitSearchSettings,
    first: typing.Any = None,
    progress: collections.abc.Callable | None = None,
) -> latpred._core.searching.SearchResult:
    """
    Goals and limits as of latpred.searching's search. See latpred.profiling.unit_search.
    """

def validation_cut(
    width: typing.SupportsInt | typing.SupportsIndex,
    height: typing.SupportsInt | typing.SupportsIndex,
    resolution: typing.SupportsInt | typing.SupportsIndex,
) -> tuple[tuple[int, int], tuple]:
    """
    (width, height) to scale to, and (left, top, right, bottom) of the centre.
    """

def wilson_interval(
    hits: typing.SupportsInt | typing.SupportsIndex,
    draws: typing.SupportsInt | typing.SupportsIndex,
    confidence: typing.SupportsFloat | typing.SupportsIndex,
) -> tuple[float, float]:
    """
    Ends of Wilson's interval of a share.
    """
