from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from headwater.listening.models.conversations import HandCount
from headwater.listening.models.invitations import Invitation
from headwater.listening.models.needs import Wish
from headwater.listening.models.replies import Reply
from headwater.partners.models import Kind


def has_asked(kind: Kind | None = None, *, at: datetime) -> bool:
    """Whether partners (of this kind) were asked what would help them before then.

    An invitation, an answer by call sheet, a logged conversation and a show of hands all count; a
    survey that nobody has been sent does not. A show of hands has no names, so no kind either.
    """
    ways: list[QuerySet[Any]] = [
        Invitation.objects.filter(invited_at__lte=at),
        Reply.objects.filter(begun_on__lte=at.date(), person__isnull=False),
        Wish.objects.filter(at__lte=at, person__isnull=False),
    ]
    if kind is not None:
        ways = [way.filter(person__belongings__kind=kind) for way in ways]
    else:
        ways.append(HandCount.objects.filter(held_on__lte=at.date()))
    first, *others = (way.order_by().values_list("pk") for way in ways)
    return first.union(*others, all=True).exists()
