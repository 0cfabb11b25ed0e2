"""A partner's page for staff. It combines rooms, so it stands in the shell."""

from dataclasses import dataclass
from typing import Any

from django.db.models import (
    Case,
    Count,
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    TextField,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_safe

from headwater.events.models import Event
from headwater.ledger.models import Entry
from headwater.library.models import Resource, Tip
from headwater.listening.models import Survey
from headwater.newsletters.models import Newsletter
from headwater.partners.forms import NoteForm, PositionForm, StewardForm
from headwater.partners.models import Goal, GoalWeek, Merge, Purpose, Suppression
from headwater.partners.recognising import network_name
from headwater.people.models import Person
from headwater.people.requests import PersonRequest
from headwater.sharing.models import Message
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


def deeds_of(person: Any) -> QuerySet[Entry]:
    """What stands in the ledger for somebody, and for the records merged into theirs."""
    records = Person.objects.filter(Q(pk=person) | Q(merged_into=person)).values("pk")
    return Entry.objects.standing().filter(person__in=records)


def count_of(verbs: frozenset[str]) -> Coalesce:
    """How many such deeds there are of the person a row stands for."""
    rows = (
        deeds_of(OuterRef(OuterRef("pk"))).filter(verb__in=verbs).order_by().annotate(one=Value(1))
    )
    return Coalesce(Subquery(rows.values("one").annotate(n=Count("pk")).values("n")), 0)


@require_safe
def partner(request: PersonRequest, pk: int) -> HttpResponse:
    stopped = Suppression.objects.filter(person=OuterRef("pk"), purpose="")
    people: QuerySet[Person] = Person.objects.select_related("stewardship")
    rows = people.annotate(gave=count_of(GAVE), asked=count_of(ASKED), is_stopped=Exists(stopped))
    person: Any = get_object_or_404(rows, pk=pk, erased_at=None)  # with what was counted beside it
    if person.merged_into_id:
        return redirect("studio:partner", person.merged_into_id)
    context = {
        "person": person,
        "balance": Balance(person.gave, person.asked),
        "is_stopped": person.is_stopped,
        "timeline": timeline(person, request.GET.get("show", "")),
        "show": request.GET.get("show", ""),
        **directory_of(person),
        **goal_of(person),
        "forms": forms_for(person),
        "here": "Partners",
    }
    return page(request, "studio/partner.html", context)


def timeline(person: Person, show: str) -> list[Entry]:
    """What happened, the newest first: all of it, what they did, or what we did."""
    entries = deeds_of(person.pk).select_related("actor").annotate(about_what=title_of_subject())
    if show == "they":
        entries = entries.exclude(verb__startswith="staff.")
    elif show == "we":
        entries = entries.filter(verb__startswith="staff.")
    shown: list[Entry] = []
    for entry in entries.order_by("-at", "-pk")[:60]:
        if shown and _says_the_same(shown[-1], entry):
            continue  # one list gave its yes for five purposes: that is one deed to read
        entry.is_big = entry.verb in BIG  # type: ignore[attr-defined]
        shown.append(entry)
    return shown


def title_of_subject() -> Case:
    """What a deed was about, by its name, asked for with the deeds themselves. Surveys without
    names stay without: who answered one of them is nobody's to read beside it."""
    named = {
        Tip: "title", Resource: "title", Event: "title", Message: "title", Survey: "title",
        Newsletter: "name",
    }  # fmt: skip
    return Case(
        *(
            When(subject_kind=model._meta.label_lower, then=Subquery(_title(model, field)))
            for model, field in named.items()
        ),
        default=Value(""),
        output_field=TextField(),
    )


def _title(model: Any, field: str) -> QuerySet[Any]:
    only = {"is_anonymous": False} if model is Survey else {}
    rows: QuerySet[Any] = model.objects.filter(pk=OuterRef("subject_id"), **only).order_by()
    return rows.values(named=Cast(field, TextField()))


def _says_the_same(one: Entry, other: Entry) -> bool:
    return (one.verb, one.at) == (other.verb, other.at) and one.verb == "partners.consented"


def directory_of(person: Person) -> dict[str, Any]:
    bases = {basis.purpose: basis for basis in person.bases.filter(ended_at=None)}
    notes = list(person.notes.select_related("author")[:30])
    return {
        "positions": list(person.positions.select_related("organisation").order_by("-began_at")),
        **_labels(person),
        "notes": notes,
        "last_contact": next((note.at for note in notes if note.is_contact), None),
        "bases": [
            (label, bases.get(value)) for value, label in Purpose.choices if value != "service"
        ],
        "merges": list(
            Merge.objects.filter(kept=person, taken_back_at=None).select_related("merged")
        ),
    }


def _labels(person: Person) -> dict[str, list[dict[str, str]]]:
    """Kinds, tags, accounts and numbers: four short lists of two words each, asked for at once."""

    def rows(what: str, these: QuerySet[Any], first: str, second: str) -> QuerySet[Any]:
        words = {"what": Value(what), "label": F(first), "more": F(second)}
        worded: QuerySet[Any] = these.order_by().annotate(**words)
        return worded.values_list("what", "label", "more")

    found = rows("kinds", person.belongings.all(), "kind__name", "kind__slug").union(
        rows("tags", person.tags.all(), "name", "name"),
        rows("accounts", person.social_accounts.all(), "network", "handle"),
        rows("numbers", person.external_ids.all(), "source", "value"),
        all=True,
    )
    labels: dict[str, list[dict[str, str]]] = {
        "kinds": [], "tags": [], "accounts": [], "numbers": []
    }  # fmt: skip
    for what, first, second in found:
        first = network_name(first) if what == "accounts" else first
        labels[what].append({"first": first, "second": second})
    return labels


def goal_of(person: Person) -> dict[str, Any]:
    """Their own goal, only where they share it."""
    weeks = GoalWeek.objects.filter(goal=OuterRef("pk")).order_by("-week_on")
    goals = Goal.objects.filter(person=person, ended_at=None, is_shared=True)
    return {"goal": goals.annotate(last=Subquery(weeks.values("value")[:1])).first()}


def forms_for(person: Person) -> dict[str, Any]:
    steward = getattr(person, "stewardship", None)
    return {
        "note": NoteForm(),
        "steward": StewardForm(initial={"steward": steward.steward_id if steward else None}),
        "position": PositionForm(),
    }
