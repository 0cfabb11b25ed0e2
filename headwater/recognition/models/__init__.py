from headwater.recognition.models.badges import Award, Badge, next_badge
from headwater.recognition.models.boards import (
    BoardPlace,
    Standing,
    by_season,
    neighbours,
    rank,
    top,
    total,
)
from headwater.recognition.models.points import Folded, Points, Rule, Season, close, fold
from headwater.recognition.models.thanks import Nomination, Story, Thanks, newest_deeds, unthanked

__all__ = [
    "Award", "Badge", "BoardPlace", "Folded", "Nomination", "Points", "Rule", "Season", "Standing",
    "Story", "Thanks", "by_season", "close", "fold", "neighbours", "newest_deeds", "next_badge",
    "rank", "top", "total", "unthanked",
]  # fmt: skip
