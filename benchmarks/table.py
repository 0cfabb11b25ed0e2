"""How a benchmark is registered and what it gives: a ratio to a peer measured in the same run."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """One row of the table. `is_reached` is None where a figure is only watched."""

    work: str
    ours: str
    peer: str
    ratio: str
    reach: str
    is_reached: bool | None

    def as_row(self) -> str:
        verdict = {True: "reached", False: "missed", None: "watched"}[self.is_reached]
        cells = (self.work, self.ours, self.peer, self.ratio, self.reach, verdict)
        return f"| {' | '.join(cells)} |"


HEAD = "| work | ours | peer or limit | ratio | to reach | |\n| --- | --- | --- | --- | --- | --- |"
benchmarks: dict[str, Callable[[], Figure]] = {}


def benchmark(measure: Callable[[], Figure]) -> Callable[[], Figure]:
    benchmarks[measure.__name__] = measure
    return measure
