from datetime import UTC, datetime, timedelta
from typing import Any

from headwater.listening.models import Need, Option, Question, Survey
from headwater.partners.models import Basis, Belonging, Kind, Purpose
from headwater.people.models import House, Person

AT = datetime(2026, 5, 12, 9, 0, tzinfo=UTC)
LATER = AT + timedelta(days=3)
count = iter(range(1, 1_000_000))


def house(**fields: Any) -> House:
    values = {"name": "Harbour Food Alliance", "time_zone": "Europe/London", "created_at": AT}
    return House.objects.update_or_create(pk=1, defaults=values | fields)[0]


def person(name: str = "Ada Okafor", *, reachable: bool = True, **fields: Any) -> Person:
    number = next(count)
    values: dict[str, Any] = {
        "email": f"partner{number}@example.org" if reachable else "",
        "first_name": name.split()[0],
        "name": name,
        "is_partner": True,
        "created_at": AT,
    }
    someone = Person.objects.create_user(**(values | fields))
    if reachable:
        Basis.give(
            someone,
            Purpose.SURVEYS,
            ground="interest",
            wording="Asking partners what helps them",
            source="test",
            at=AT,
        )
    return someone


def staff(name: str = "Mirela Ionescu", role: str = "manager") -> Person:
    return person(name, is_partner=False, role=role)


def kind(slug: str = "member", *, people: tuple[Person, ...] = (), **fields: Any) -> Kind:
    values: dict[str, Any] = {
        "name": slug.capitalize(),
        "plural": f"{slug.capitalize()}s",
        "modules": ["learn", "gauges"],
    }
    found = Kind.objects.get_or_create(slug=slug, defaults=values | fields)[0]
    Belonging.objects.bulk_create(Belonging(person=p, kind=found) for p in people)
    return found


def need(slug: str = "phone-photos", **fields: Any) -> Need:
    values = {"name": slug.replace("-", " ").capitalize(), "gauge": "fluency"}
    return Need.objects.get_or_create(slug=slug, defaults=values | fields)[0]


def survey(*, opened: bool = True, **fields: Any) -> Survey:
    """One question to choose from, one scale, one for words; open since AT."""
    values: dict[str, Any] = {
        "title": "What would help you most?",
        "thanks": "Thank you.",
        "created_at": AT,
        "opens_at": AT if opened else None,
    }
    made = Survey.objects.create(**(values | fields))
    wishes = question(made, kind="choose", at_most=2, text="What would help you most?")
    for position, slug in enumerate(["phone-photos", "first-lines", "short-video"]):
        option(wishes, slug.replace("-", " ").capitalize(), position, need(slug))
    option(wishes, "None of these", 3, None)
    question(made, kind="scale", text="How glad would you be?", least=0, most=10)
    question(made, kind="text", text="What should we stop doing?", longest=200)
    return made


def question(survey: Survey, **fields: Any) -> Question:
    return Question.objects.create(survey=survey, position=survey.questions.count(), **fields)


def option(question: Question, label: str, position: int, need: Need | None) -> Option:
    return Option.objects.create(question=question, label=label, position=position, need=need)


def parts(survey: Survey) -> tuple[Question, Question, Question]:
    wishes, scale, words = survey.questions.all()
    return wishes, scale, words
