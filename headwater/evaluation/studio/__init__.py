from headwater.evaluation.studio.campaigns import campaigns, verdict
from headwater.evaluation.studio.returns import returns

__all__ = ["campaigns", "returns", "verdict"]
