from headwater.evaluation.models.debriefs import Debrief
from headwater.evaluation.models.results import Result
from headwater.evaluation.models.trials import Arm, Cell, Found, Sums, Trial, TrialFile

__all__ = ["Arm", "Cell", "Debrief", "Found", "Result", "Sums", "Trial", "TrialFile"]
