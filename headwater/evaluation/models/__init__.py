from headwater.evaluation.models.board_links import BoardLink
from headwater.evaluation.models.debriefs import Debrief
from headwater.evaluation.models.decisions import Decision
from headwater.evaluation.models.results import Result
from headwater.evaluation.models.trials import Arm, Cell, Found, Sums, Trial, TrialFile

__all__ = [
    "Arm", "BoardLink", "Cell", "Debrief", "Decision", "Found", "Result", "Sums", "Trial",
    "TrialFile",
]  # fmt: skip
