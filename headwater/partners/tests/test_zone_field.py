from headwater.partners.forms import WhoIAmForm
from headwater.people.models import Person


def form(zone: str, answered: str | None = None) -> WhoIAmForm:
    person = Person(name="Ada Okafor", time_zone=zone)
    return WhoIAmForm(
        None if answered is None else {"name": "Ada", "time_zone": answered}, instance=person
    )


def test_old_names_are_not_offered_but_whoever_has_one_keeps_it() -> None:
    new, old = str(form("Europe/Kyiv")["time_zone"]), str(form("Asia/Calcutta")["time_zone"])

    assert "Asia/Calcutta" not in new
    assert '<option value="Asia/Calcutta" selected>' in old
    assert form("", "Asia/Calcutta").fields["time_zone"].clean("Asia/Calcutta") == "Asia/Calcutta"


def test_what_is_no_zone_is_refused() -> None:
    asked = form("", "Europe/Atlantis")

    assert asked.has_error("time_zone", "invalid_choice")
