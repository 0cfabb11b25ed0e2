"""Points, boards and badges from the ledger, as the worker does it each minute and each night."""

from datetime import datetime, timedelta

from headwater.recognition.models import Badge, Season, close, fold, rank


def award(at: datetime) -> int:
    """Fold new deeds into the season's points, write its board anew where any came, give badges."""
    season = Season.at(at)
    fresh = fold(season)
    if fresh:
        rank(season)
        for badge in Badge.objects.all():
            while badge.award(at) >= 2000:
                pass
    return fresh


def count_anew(at: datetime) -> None:
    """Once a night: close last month's season a week after it ended, and count this one in full."""
    season = Season.at(at)
    before = Season.of(season.starts_on - timedelta(days=1))
    if before.closed_at is None and at > before.bounds[1] + timedelta(days=7):
        fold(before, everyone=True)
        close(before, at)
        rank(before)
    fold(season, everyone=True)
    rank(season)
