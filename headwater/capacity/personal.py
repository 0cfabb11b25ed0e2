from datetime import datetime
from typing import Any

from headwater.capacity.models import (
    CheckIn,
    CheckInInvitation,
    Reading,
    SharedGauge,
)
from headwater.people.models import Person


def export(person: Person) -> dict[str, Any]:
    """Every check-in with what was asked, what it read, and what is shared with staff."""
    check_ins = CheckIn.objects.filter(person=person).prefetch_related("answers__item", "readings")
    return {
        "check_ins": [
            {
                "started_at": check_in.started_at.isoformat(),
                "finished_at": check_in.finished_at.isoformat() if check_in.finished_at else None,
                "answers": [
                    {
                        "question": answer.item.prompt,
                        "category": answer.level,
                        "words": answer.words,
                    }
                    for answer in check_in.answers.all()
                ],
                "readings": [
                    {"gauge": r.gauge, "score": r.score, "likely_from": r.low, "to": r.high}
                    for r in check_in.readings.all()
                ],
            }
            for check_in in check_ins
        ],
        "shared_with_staff": [
            {"gauge": shared.gauge, "since": shared.shared_at.isoformat()}
            for shared in SharedGauge.objects.filter(person=person)
        ],
        "invitations": [
            invitation.invited_at.isoformat()
            for invitation in CheckInInvitation.objects.filter(person=person)
        ],
    }


def erase(person: Person, at: datetime) -> None:
    for gauge in SharedGauge.objects.filter(person=person).values_list("gauge", flat=True):
        SharedGauge.hide(person, gauge, at=at)
    Reading.objects.filter(person=person).delete()
    CheckIn.objects.filter(person=person).delete()
    CheckInInvitation.objects.filter(person=person).delete()
