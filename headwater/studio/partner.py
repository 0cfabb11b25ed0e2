"""A partner's page for staff. It combines rooms, so it stands in the shell."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_safe

from headwater.ledger.models import Entry
from headwater.partners.forms import NoteForm, PositionForm, StewardForm
from headwater.partners.models import Goal, Merge, Purpose
from headwater.people.models import Person
from headwater.people.requests import PersonRequest
from headwater.ui.http import page

GAVE = frozenset({
    "library.tip_read", "library.tip_done", "library.resource_downloaded", "library.code_opened",
    "events.attended", "recognition.thanked", "recognition.badge_earned", "newsletters.subscribed",
})  # fmt: skip
ASKED = frozenset({
    "listening.survey_answered", "listening.talked", "capacity.checked_in", "sharing.shared",
    "sharing.adapted", "events.pulse_answered", "discussions.helped", "sharing.taken_down",
    "recognition.story_agreed",
})  # fmt: skip
BIG = frozenset({"recognition.badge_earned", "recognition.thanked", "recognition.story_agreed"})


@dataclass(frozen=True)
class Balance:
    """What they had from us against what they did for us, both counted from the ledger."""

    gave: int
    asked: int

    @property
    def is_fair(self) -> bool:
        return self.gave >= self.asked


def balance(people: list[int]) -> Balance:
    entries = Entry.objects.standing().filter(person__in=people, verb__in=GAVE | ASKED)
    counts = dict(entries.values_list("verb").annotate(n=Count("pk")))
    return Balance(
        gave=sum(n for verb, n in counts.items() if verb in GAVE),
        asked=sum(n for verb, n in counts.items() if verb in ASKED),
    )


@require_safe
def partner(request: PersonRequest, pk: int) -> HttpResponse:
    person = get_object_or_404(Person, pk=pk, erased_at=None)
    if person.merged_into_id:
        return redirect("studio:partner", person.merged_into_id)
    people = [person.pk, *Person.objects.filter(merged_into=person).values_list("pk", flat=True)]
    context = {
        "person": person,
        "balance": balance(people),
        "timeline": timeline(people, request.GET.get("show", "")),
        "show": request.GET.get("show", ""),
        **directory_of(person),
        **goal_of(person),
        "forms": forms_for(person),
        "here": "Partners",
    }
    return page(request, "studio/partner.html", context)


def timeline(people: list[int], show: str) -> list[Entry]:
    """What happened, the newest first: all of it, what they did, or what we did."""
    entries = Entry.objects.standing().filter(person__in=people).select_related("actor")
    if show == "they":
        entries = entries.exclude(verb__startswith="staff.")
    elif show == "we":
        entries = entries.filter(verb__startswith="staff.")
    shown = list(entries.order_by("-at", "-pk")[:60])
    for entry in shown:
        entry.is_big = entry.verb in BIG  # type: ignore[attr-defined]
    return shown


def directory_of(person: Person) -> dict[str, Any]:
    bases = {basis.purpose: basis for basis in person.bases.filter(ended_at=None)}
    notes = list(person.notes.select_related("author")[:30])
    stopped = set(person.suppressions.values_list("purpose", flat=True))
    return {
        "positions": list(person.positions.select_related("organisation").order_by("-began_at")),
        "kinds": [b.kind for b in person.belongings.select_related("kind")],
        "tags": list(person.tags.all()),
        "accounts": list(person.social_accounts.all()[:30]),
        "numbers": list(person.external_ids.all()[:10]),
        "notes": notes,
        "last_contact": next((note.at for note in notes if note.is_contact), None),
        "bases": [
            (label, bases.get(value)) for value, label in Purpose.choices if value != "service"
        ],
        "is_stopped": "" in stopped,
        "merges": list(
            Merge.objects.filter(kept=person, taken_back_at=None).select_related("merged")
        ),
    }


def goal_of(person: Person) -> dict[str, Any]:
    """Their own goal, only where they share it."""
    goal = Goal.objects.filter(person=person, ended_at=None, is_shared=True).first()
    return {"goal": goal, "goal_week": goal.weeks.order_by("-week_on").first() if goal else None}


def forms_for(person: Person) -> dict[str, Any]:
    steward = getattr(person, "stewardship", None)
    return {
        "note": NoteForm(),
        "steward": StewardForm(initial={"steward": steward.steward_id if steward else None}),
        "position": PositionForm(),
    }
