from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from headwater.ledger.models import Entry
from headwater.mail import letters
from headwater.mail.models import Delivery
from headwater.newsletters import personal, subscribing
from headwater.newsletters.models import Newsletter, Subscription
from headwater.newsletters.models.lists import end_those_without_ground
from headwater.newsletters.tests import make
from headwater.newsletters.tests.make import NOW
from headwater.partners.models import Basis, Suppression
from headwater.people.models import Person, SignUp

pytestmark = pytest.mark.django_db
BLNS = Path(settings.SHARED_DIR or "../shared") / "data" / "badinput" / "blns.txt"
SUBSCRIBE = "/subscribe/"


def form(email: str = "gen@example.org", **fields: str) -> dict[str, str]:
    return {"first_name": "Gen", "last_name": "Tanaka", "email": email, **fields}


def test_two_steps_and_only_the_second_one_subscribes(client: Client) -> None:
    make.house()

    asked = client.post(SUBSCRIBE, form(source="tip say-what"))
    people_before = Person.objects.count()
    letter = Delivery.objects.get()
    url = reverse("portal:newsletters:confirm", args=[SignUp.objects.get().public_id])
    looked = client.get(url)
    after_looking = Subscription.objects.count()
    client.post(url)
    client.post(url)

    assert asked.status_code == 302
    assert people_before == 0
    assert (letter.address, letter.person) == ("gen@example.org", None)
    assert url in letter.mailing.text
    assert "Yes, send it to me" in looked.content.decode()
    assert after_looking == 0
    gen = Person.objects.get()
    assert (gen.name, gen.email, gen.is_partner) == ("Gen Tanaka", "gen@example.org", False)
    basis = Basis.objects.get()
    assert (basis.person, basis.ground, basis.source) == (gen, "consent", "tip say-what")
    assert "Harbour Food Alliance sends me its newsletter" in basis.wording
    verbs = Entry.objects.filter(verb__startswith="newsletters.").values_list("verb", flat=True)
    assert list(verbs) == ["newsletters.subscribed"]


def test_one_address_gets_three_confirmations_a_day_and_the_page_tells_nothing(
    client: Client,
) -> None:
    answers = [
        client.post(SUBSCRIBE, form(email))
        for email in ["GEN@example.org"] * 3 + ["gen@example.org"] * 3
    ]
    client.post(SUBSCRIBE, form("other@example.org"))

    assert {answer["Location"] for answer in answers} == {"/subscribe/asked/"}
    assert Delivery.objects.filter(address__iexact="gen@example.org").count() == 3
    assert Delivery.objects.filter(address="other@example.org").count() == 1


def test_the_same_form_sent_twice_writes_once(client: Client) -> None:
    client.post(SUBSCRIBE, form(key="abc"))
    client.post(SUBSCRIBE, form(key="abc"))

    assert SignUp.objects.count() == Delivery.objects.count() == 1


def test_a_machine_that_fills_the_hidden_field_gets_the_page_and_nothing_else(
    client: Client,
) -> None:
    answer = client.post(SUBSCRIBE, form(website="https://spam.example"))

    assert answer["Location"] == "/subscribe/asked/"
    assert SignUp.objects.count() == Delivery.objects.count() == 0


def test_an_address_that_bounced_for_good_is_not_written_to(client: Client) -> None:
    Suppression.add("gen@example.org", reason="bounced", at=NOW)

    client.post(SUBSCRIBE, form())

    assert [(d.state, d.reason) for d in Delivery.objects.all()] == [("excluded", "suppressed")]


def test_a_mistake_is_shown_with_what_was_typed(client: Client) -> None:
    answer = client.post(SUBSCRIBE, form("not an address"))

    assert answer.status_code == 422
    assert 'value="Tanaka"' in answer.content.decode()


def test_a_confirmation_runs_out_after_a_week_and_is_forgotten(client: Client) -> None:
    client.post(SUBSCRIBE, form())
    SignUp.objects.update(asked_at=NOW)
    url = reverse("portal:newsletters:confirm", args=[SignUp.objects.get().public_id])

    late = client.post(url)
    subscribing.forget_unconfirmed(NOW + timedelta(days=8))

    assert late.status_code == 409
    assert (SignUp.objects.count(), Person.objects.count()) == (0, 0)


def test_stopping_by_a_letters_link_ends_the_subscription_and_one_may_come_back(
    client: Client,
) -> None:
    make.house()
    ada = make.reader()
    from headwater.mail.tests import make as mail

    delivery = mail.deliveries(mail.mailing(), 1)[0]
    Delivery.objects.update(person=ada, address=ada.email)
    client.post(f"/stop/{letters.stop_token(delivery.pk)}/", {"List-Unsubscribe": "One-Click"})

    ended = end_those_without_ground(NOW)
    readers = list(Newsletter.main(NOW).readers())
    Subscription.begin(ada, Newsletter.main(NOW), wording="Yes", source="again", at=NOW)

    assert (ended, readers) == (1, [])
    assert list(Newsletter.main(NOW).readers()) == [ada]
    assert not Suppression.holds(ada.email, "newsletter")


def test_a_signed_in_person_chooses_and_the_last_one_ended_ends_the_ground(client: Client) -> None:
    ada = make.reader()
    client.force_login(ada)
    main = Newsletter.main(NOW)
    topic = Newsletter.objects.create(slug="events", name="Events", created_at=NOW)

    client.post("/newsletters/mine/", {"newsletter": [main.pk, topic.pk]})
    both = [list(one.readers()) for one in (main, topic)]
    client.post("/newsletters/mine/", {})
    none = [list(one.readers()) for one in (main, topic)]

    assert both == [[ada], [ada]]
    assert none == [[], []]
    assert Suppression.holds(ada.email, "newsletter")
    assert client.get("/newsletters/mine/").status_code == 200


def test_imported_with_a_ground_reads_the_main_newsletter_but_no_topic() -> None:
    ada = make.person(purpose="newsletter")
    topic = Newsletter.objects.create(slug="events", name="Events", created_at=NOW)

    assert list(Newsletter.main(NOW).readers()) == [ada]
    assert list(topic.readers()) == []
    assert Newsletter.main(NOW).grounds() == {"consent": 1}


@pytest.mark.skipif(not BLNS.exists(), reason=f"There is no file {BLNS} here.")
def test_naughty_strings_in_the_subscribe_form_give_a_page_or_a_plain_message(
    client: Client,
) -> None:
    lines = [line for line in BLNS.read_text("utf-8").splitlines() if line and line[0] != "#"]

    answers = {
        client.post(
            SUBSCRIBE, {"first_name": line, "last_name": line, "email": f"a{n}@example.org"}
        ).status_code
        for n, line in enumerate(lines)
    }

    assert answers <= {302, 422}
    assert SignUp.objects.count() > 400


def test_what_we_hold_is_exported_and_erased() -> None:
    ada = make.reader()

    exported = personal.export(ada)
    personal.erase(ada, NOW)

    assert [row["wording"] for row in exported["subscriptions"]] == ["Yes"]
    assert personal.export(ada)["subscriptions"] == []
