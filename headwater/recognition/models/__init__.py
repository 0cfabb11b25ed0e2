from headwater.recognition.models.badges import Award, Badge, badge_progress, next_badge
from headwater.recognition.models.boards import (
    BoardPlace,
    Standing,
    by_season,
    neighbours,
    neighbours_of,
    rank,
    top,
    total,
)
from headwater.recognition.models.points import (
    Folded,
    Points,
    Rule,
    Season,
    close,
    fold,
    rests_until,
)
from headwater.recognition.models.thanks import Nomination, Story, Thanks, newest_deeds, unthanked

__all__ = [
    "Award", "Badge", "BoardPlace", "Folded", "Nomination", "Points", "Rule", "Season", "Standing",
    "Story", "Thanks", "badge_progress", "by_season", "close", "fold", "neighbours",
    "neighbours_of", "newest_deeds", "next_badge",
    "rank", "rests_until", "top", "total", "unthanked",
]  # fmt: skip
