from __future__ import annotations
import numpy
import numpy.typing
import typing

__all__: list[str] = ["Evaluation", "evaluate"]

class Evaluation:
    """
    Errors and rank correlations of N predictions.
    """
    @property
    def count(self) -> int:
        """
        N.
        """
    @property
    def kendall(self) -> float:
        """
        Kendall's tau-b.
        """
    @property
    def mae_ms(self) -> float:
        """
        Mean absolute error.
        """
    @property
    def mape_percent(self) -> float:
        """
        Mean relative error.
        """
    @property
    def pearson(self) -> float:
        """
        Linear correlation.
        """
    @property
    def rmse_ms(self) -> float:
        """
        Root of the mean squared error.
        """
    @property
    def spearman(self) -> float:
        """
        Rank correlation, ties averaged.
        """
    @property
    def within_10_percent(self) -> float:
        """
        Share off by at most 10 % of the truth, 0 to 100.
        """
    @property
    def within_5_percent(self) -> float:
        """
        Share off by at most 5 % of the truth, 0 to 100.
        """

def evaluate(
    true_ms: typing.Annotated[numpy.typing.ArrayLike, numpy.float64],
    predicted_ms: typing.Annotated[numpy.typing.ArrayLike, numpy.float64],
) -> Evaluation:
    """
    See latpred.evaluate.
    """
