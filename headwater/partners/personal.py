from datetime import datetime
from typing import Any

from django.db.models import TextField
from django.db.models.functions import Cast

from headwater.partners.models import (
    Basis,
    Belonging,
    Change,
    Goal,
    Import,
    Merge,
    Note,
    RefusedRow,
    SocialAccount,
    Stewardship,
    Suppression,
    Trait,
    Twin,
)
from headwater.people.models import Person

IN_HAND = (Import.State.NEW, Import.State.LOOKING, Import.State.RUNNING)


def export(person: Person) -> dict[str, Any]:
    steward = Stewardship.objects.filter(person=person).select_related("steward").first()
    return {
        "kinds": list(person.belongings.values_list("kind__name", flat=True)),
        "tags": list(person.tags.values_list("name", flat=True)),
        "social_accounts": list(person.social_accounts.values("network", "handle")),
        "looked_after_by": steward.steward.name if steward else "",
        "notes_about_you": list(person.notes.values("text", "is_contact", "author__name", "at")),
        "goals": [
            {
                "what": goal.what, "unit": goal.unit, "target": goal.target, "by": goal.by,
                "shared_with_staff": goal.is_shared, "set_at": goal.set_at,
                "weeks": list(goal.weeks.values("week_on", "value")),
            }
            for goal in person.goals.prefetch_related("weeks")
        ],
        "worked_out": list(person.traits.values("name", "text", "number", "at")),
        "why_we_write": list(
            person.bases.values("purpose", "ground", "wording", "source", "given_at", "ended_at")
        ),
        "stopped": list(person.suppressions.values("purpose", "reason", "source", "at")),
        "changed_by_imports": list(
            Change.objects.filter(person=person).values("of__name", "of__begun_at", "before")
        ),
    }  # fmt: skip


def erase(person: Person, at: datetime) -> None:
    """Everything goes but a keyed hash of the address, so that no list brings them back."""
    if person.email:
        Suppression.objects.filter(person=person).update(person=None)
        kept = Suppression.add(person.email, reason="erased", at=at)
        Suppression.objects.filter(pk=kept.pk).update(reason="erased", source="", person=None)
        rows = RefusedRow.objects.annotate(text=Cast("cells", TextField()))
        rows.filter(text__icontains=person.email).delete()
    Import.objects.exclude(state__in=IN_HAND).update(preview={})  # it shows the first few rows
    for model in (Basis, Belonging, Change, Goal, Note, SocialAccount, Stewardship, Trait):
        model._base_manager.filter(person=person).delete()
    person.tags.clear()
    Twin.objects.filter(one=person).delete()
    Twin.objects.filter(other=person).delete()
    Merge.objects.filter(kept=person).delete()
    for merge in Merge.objects.filter(merged=person):
        merge.delete()
