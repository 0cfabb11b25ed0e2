from datetime import datetime
from typing import Any

from headwater.people.models import Person
from headwater.recognition.models import (
    Award,
    BoardPlace,
    Nomination,
    Points,
    Standing,
    Story,
    Thanks,
    by_season,
)


def export(person: Person) -> dict[str, Any]:
    """Points, badges, thanks, names given and taken, stories and the place on the board."""
    place = BoardPlace.objects.filter(person=person).first()
    return {
        "points": [{"season": season.key, "points": n} for season, n in by_season(person, 1000)],
        "badges": [
            {"badge": award.badge.name, "at": award.at.isoformat()}
            for award in Award.objects.filter(person=person).select_related("badge")
        ],
        "thanks": [
            {"words": thanks.words, "how": thanks.way, "at": thanks.at.isoformat()}
            for thanks in Thanks.objects.filter(person=person)
        ],
        "named_by_others": Nomination.objects.filter(person=person).count(),
        "named_others": [
            {"words": row.words, "at": row.at.isoformat()}
            for row in Nomination.objects.filter(by=person)
        ],
        "stories": [
            {"words": s.words, "agreed": s.agreed, "told": bool(s.told_at)}
            for s in Story.objects.filter(person=person)
        ],
        "board": {"shown_as": str(place), "since": place.joined_at.isoformat()} if place else None,
    }


def erase(person: Person, at: datetime) -> None:
    """Everything goes; what they wrote about others goes with them."""
    for model in (Award, BoardPlace, Points, Standing, Story, Thanks):
        model.objects.filter(person=person).delete()
    Nomination.objects.filter(person=person).delete()
    Nomination.objects.filter(by=person).delete()
