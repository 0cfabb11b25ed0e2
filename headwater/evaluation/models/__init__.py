from headwater.evaluation.models.debriefs import Debrief
from headwater.evaluation.models.results import Result

__all__ = ["Debrief", "Result"]
