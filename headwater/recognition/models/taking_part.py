"""Who takes part in points, badges and boards: media do not, nor does any kind without them."""

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from headwater.kit.errors import Refused
from headwater.partners.models import Belonging, Kind, modules_of
from headwater.people.models import Person

MODULE = "points"


def takes_part(person: Person) -> bool:
    return MODULE in modules_of(person)


def refuse_outside(person: Person) -> None:
    if not takes_part(person):
        raise Refused(_("For partners of your kind there are no points and no board."))


def kinds_outside() -> list[int]:
    return [kind.pk for kind in Kind.objects.all() if MODULE not in kind.modules]


def taking_part(person: str) -> Q:
    """That somebody of the outer query is of a kind with points, or of no kind at all."""
    outside = kinds_outside()
    if not outside:
        return Q()
    kinds = Belonging.objects.filter(person=OuterRef(person))
    return ~Exists(kinds.filter(kind__in=outside)) | Exists(kinds.exclude(kind__in=outside))


def taking_part_sql(person: str) -> tuple[str, list[int]]:
    """The same for a statement written by hand, to stand after other conditions."""
    outside = kinds_outside()
    if not outside:
        return "", []
    marks = ", ".join(["%s"] * len(outside))
    kinds = f"SELECT 1 FROM partners_belonging k WHERE k.person_id = {person} AND k.kind_id"  # noqa: S608
    condition = f"AND (NOT EXISTS ({kinds} IN ({marks})) OR EXISTS ({kinds} NOT IN ({marks})))"
    return condition, [*outside, *outside]
