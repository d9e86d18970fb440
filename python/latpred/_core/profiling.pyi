from __future__ import annotations
import latpred._core.spaces

__all__: list[str] = ["Block", "Site", "sites"]

class Block:
    """
    A joint choice of the genes of a site.
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

def sites(space: latpred._core.spaces.Space) -> list[Site]:
    """
    The sites of a space, by unit and layer.
    """
