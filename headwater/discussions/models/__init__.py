from headwater.discussions.models.kits import Kit, Network, Part, Step
from headwater.discussions.models.transcripts import Transcript

__all__ = ["Kit", "Network", "Part", "Step", "Transcript"]
