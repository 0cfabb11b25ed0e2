import io
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from django.conf import settings
from django.test import Client
from django.utils.timezone import now
from PIL import Image

from headwater.ledger.models import Entry
from headwater.mail.models import Delivery
from headwater.safeguards.models import Catch, DomainRequest, Guideline, Hold, Review
from headwater.safeguards.starting import load_starter
from headwater.sharing import folding
from headwater.sharing.models import (
    Adaptation,
    Chase,
    Link,
    Message,
    NotForMe,
    Recall,
    Reminder,
    Share,
)
from headwater.sharing.tests import make
from headwater.sharing.tests.make import AT, BODY, HOME

pytestmark = pytest.mark.django_db
STRINGS = Path(settings.SHARED_DIR or "../shared") / "data" / "badinput" / "blns.txt"


@pytest.fixture
def ada(client: Client) -> Any:
    person = make.person("Ada", place="Fenwick")
    client.force_login(person)
    return person


@pytest.fixture
def supper() -> Message:
    load_starter(AT)
    return make.message()


def page(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, (path, answer.status_code)
    return answer.content.decode()


def own(person: Any, message: Message) -> str:
    return f"http://127.0.0.1:8000{Link.of(person, message, at=AT).path}"


def words(
    person: Any, message: Message, text: str = "Mackerel on rye, £6, Saturday at six."
) -> str:
    return f"{text} {own(person, message)}"


def test_a_partner_begins_with_our_words_their_link_in_place(
    client: Client, ada: Any, supper: Message
) -> None:
    body = page(client, f"/share/{supper.pk}/")

    assert own(ada, supper) in body
    assert "[your pick]" in body
    assert "Fill this in, or take it out" in body
    assert "Adapt and share" in page(client, "/share/")


def test_checks_come_as_one_types_and_the_words_are_kept(
    client: Client, ada: Any, supper: Message
) -> None:
    text = words(ada, supper, "Crisp and allergen-free, for everyone.")

    answer = client.post(f"/share/{supper.pk}/", {"text": text}, headers={"HX-Request": "true"})

    body = answer.content.decode()
    assert answer.status_code == 200
    assert "<html" not in body
    assert "<q>allergen-free</q>" in body
    assert "Bluesky: " in body
    assert Adaptation.objects.get().text == text
    assert not Catch.objects.exists()


def test_a_claim_stops_the_sharing_and_the_mend_lets_it_go_on(
    client: Client, ada: Any, supper: Message
) -> None:
    text = words(ada, supper, "The freshest fish in the region, at six on Saturday. Come.")
    stopped = client.post(f"/share/{supper.pk}/", {"text": text, "network": "whatsapp"})
    assert stopped.status_code == 409
    body = stopped.content.decode()
    key = body.split('name="mend" value="')[1].split('"')[0]
    assert client.get(f"/share/{supper.pk}/on/whatsapp/").status_code == 302

    client.post(f"/share/{supper.pk}/", {"text": text, "mend": key})

    kept = Adaptation.objects.get().text
    assert kept == words(ada, supper, "Made here, this morning. Come.")
    answer = client.post(f"/share/{supper.pk}/", {"text": kept, "network": "whatsapp"})
    assert answer["Location"] == f"/share/{supper.pk}/on/whatsapp/"
    last = page(client, answer["Location"])
    assert "https://wa.me/?text=" in last
    address = last.split('href="https://wa.me/?text=')[1].split('"')[0]
    assert unquote(address) == kept
    caught = Catch.objects.get()
    assert (caught.guideline.slug, caught.mended_at is not None) == ("superlatives", True)


@pytest.mark.parametrize(
    ("network", "start"),
    [
        ("linkedin", "https://www.linkedin.com/sharing/share-offsite/?url=http"),
        ("facebook", "https://www.facebook.com/sharer/sharer.php?u=http"),
        ("instagram", "https://www.instagram.com/"),
        ("x", "https://x.com/intent/post?text=Mackerel"),
        ("bluesky", "https://bsky.app/intent/compose?text=Mackerel"),
        ("threads", "https://www.threads.com/intent/post?text=Mackerel"),
        ("email", "mailto:?subject=Supper%20Week&amp;body=Mackerel"),
    ],
)
def test_each_network_opens_with_the_words_or_says_they_are_copied_first(
    client: Client, ada: Any, supper: Message, network: str, start: str
) -> None:
    client.post(f"/share/{supper.pk}/", {"text": words(ada, supper)})

    body = page(client, f"/share/{supper.pk}/on/{network}/")

    assert f'href="{start}' in body
    assert ("drops words" in body) == (network in {"linkedin", "facebook", "instagram"})
    assert words(ada, supper) in body


def test_mastodon_asks_which_server_and_takes_an_address_as_people_write_it(
    client: Client, ada: Any, supper: Message
) -> None:
    client.post(f"/share/{supper.pk}/", {"text": words(ada, supper)})
    path = f"/share/{supper.pk}/on/mastodon/"
    assert "Your Mastodon server" in page(client, path)
    assert 'href="https://social.example/share?text=' in page(
        client, f"{path}?instance=@ada@social.example"
    )
    assert "Your Mastodon server" in page(client, f"{path}?instance=javascript:alert(1)")


def test_i_shared_it_thanks_first_counts_once_and_can_be_taken_back(
    client: Client, ada: Any, supper: Message
) -> None:
    client.post(f"/share/{supper.pk}/", {"text": words(ada, supper)})
    path = f"/share/{supper.pk}/on/facebook/"
    for _turn in range(2):
        answer = client.post(path, follow=True)
        assert "Thank you, Ada" in answer.content.decode()

    shared = Entry.objects.standing().filter(verb="sharing.shared")
    assert [(entry.person, entry.data) for entry in shared] == [(ada, {"network": "facebook"})]
    assert Share.objects.get().self_reported
    assert f"{path}undone/" in answer.content.decode()
    client.post(f"{path}undone/")
    assert not shared.all().exists()
    assert not Share.objects.exists()


def test_too_long_for_a_network_is_refused_there_and_nowhere_else(
    client: Client, ada: Any, supper: Message
) -> None:
    text = words(ada, supper, "Mackerel on rye and a long story about it. " * 8)

    on_x = client.post(f"/share/{supper.pk}/", {"text": text, "network": "x"})
    on_linkedin = client.post(f"/share/{supper.pk}/", {"text": text, "network": "linkedin"})

    assert (on_x.status_code, on_linkedin.status_code) == (409, 302)
    assert "characters too many for X" in on_x.content.decode()


def test_a_draft_that_is_stopped_can_wait_for_a_colleague_who_lets_it_go(
    client: Client, ada: Any, supper: Message
) -> None:
    text = words(ada, supper, "Guaranteed by law for two years.")
    text = text.replace("by law", "by us")
    client.post(
        f"/share/{supper.pk}/", {"text": text, "review": "1", "note": "It is in the contract"}
    )
    review = Review.objects.waiting().get()
    assert (review.author, review.note) == (ada, "It is in the contract")
    assert "Waits for a colleague" in page(client, f"/share/{supper.pk}/")

    review.approve(actor=make.staff(), at=now(), reason="Checked the contract.")

    assert "Checked the contract." in page(client, f"/share/{supper.pk}/")
    sent = client.post(f"/share/{supper.pk}/", {"text": text, "network": "facebook"})
    assert sent.status_code == 302
    again = client.post(f"/share/{supper.pk}/", {"text": text + " Truly", "network": "facebook"})
    assert again.status_code == 409


def test_while_everything_is_held_nothing_is_shared(
    client: Client, ada: Any, supper: Message
) -> None:
    client.post(f"/share/{supper.pk}/", {"text": words(ada, supper)})
    Hold.begin(reason="Ill", actor=make.staff(), at=AT)

    answer = client.post(f"/share/{supper.pk}/", {"text": words(ada, supper), "network": "x"})

    assert answer.status_code == 409
    assert "Everything rests" in page(client, "/share/")
    assert client.post(f"/share/{supper.pk}/said/", {"network": "talk"}).status_code == 409
    assert not Share.objects.exists()


def test_what_is_not_meant_for_somebody_is_not_there(
    client: Client, ada: Any, supper: Message
) -> None:
    others = make.message(kinds=["media"])
    draft = make.message(published=False)
    over = make.message()
    Message.objects.filter(pk=over.pk).update(expires_at=AT)

    for message in (others, draft, over):
        assert client.get(f"/share/{message.pk}/").status_code == 404
    assert page(client, "/share/").count("Adapt and share") == 1


def test_set_aside_it_is_gone_from_the_list_and_nobody_asks_why(
    client: Client, ada: Any, supper: Message
) -> None:
    client.post(f"/share/{supper.pk}/not-for-me/")

    assert NotForMe.objects.get().person == ada
    assert "Nothing to share just now" in page(client, "/share/")


def test_a_reminder_is_in_the_partners_own_hours_as_letter_and_as_calendar_file(
    client: Client, supper: Message
) -> None:
    ada = make.person("Ada", time_zone="America/New_York")
    client.force_login(ada)
    client.post(f"/share/{supper.pk}/reminder/", {"due_at": "2099-05-28T17:30", "keeps_text": "on"})

    assert f"{Reminder.objects.get().due_at:%H:%M}" == "21:30"
    file = client.get(f"/share/{supper.pk}/reminder.ics")
    assert b"DTSTART:20990528T213000Z" in file.content
    past = client.post(f"/share/{supper.pk}/reminder/", {"due_at": "2001-05-28T17:30"})
    assert past.status_code == 409


def test_a_link_leads_to_an_own_page_once_staff_have_looked_at_it(
    client: Client, ada: Any, supper: Message
) -> None:
    path = f"/share/{supper.pk}/page/"
    assert client.post(path, {"target": "https://ada.example/table"}).status_code == 409
    assert [(one.domain, one.person) for one in DomainRequest.objects.all()] == [
        ("ada.example", ada)
    ]
    assert client.post(path, {"target": "javascript:alert(1)"}).status_code == 409

    client.post(path, {"target": "https://ada.harbour.example/"})

    assert Link.objects.get(person=ada).target == "https://ada.harbour.example/"
    assert b"<svg" in client.get(f"/share/{supper.pk}/link.svg").content


def test_the_page_asks_the_database_no_more_often_for_three_partners_than_for_none(
    client: Client, ada: Any, supper: Message, django_assert_max_num_queries: Any
) -> None:
    page(client, f"/share/{supper.pk}/")
    for name in ("Bea", "Cem", "Dan"):
        Adaptation.keep(person=make.person(name), message=supper, text=f"{name} says so", at=AT)

    with django_assert_max_num_queries(16):
        page(client, f"/share/{supper.pk}/")


def test_results_show_people_and_what_is_usual_after_four_shares(client: Client, ada: Any) -> None:
    for people in (3, 5, 8, 30):
        message = make.message(title=f"Number {people}")
        Share.say(person=ada, message=message, network="x", at=AT)
        code = Link.of(ada, message, at=AT).code
        make.spooled(make.line(code, key=f"{people}-{n}") for n in range(people))
    folding.fold_visits(AT)

    body = page(client, "/share/")

    assert "usual for you: 5 to 8 people" in body
    assert "“Number 30” was more than usual" in body
    assert "measured" in body


def test_a_recall_reaches_everybody_who_shared_and_can_be_ticked_off(
    client: Client, ada: Any, supper: Message
) -> None:
    Share.say(person=ada, message=supper, network="facebook", at=AT)
    owner = make.staff()
    client.force_login(owner)
    wrong = {"reason": "It gives Sunday", "correction": "It is Saturday"}
    assert client.post(f"/studio/messages/{supper.pk}/recall/", wrong).status_code == 302
    from headwater.sharing.telling import chase_recalls

    assert chase_recalls(now()) == 1
    assert chase_recalls(now()) == 0
    assert Delivery.objects.get(person=ada).mailing.about == supper.about
    client.force_login(ada)
    assert "Called back" in page(client, "/share/")
    assert "It is Saturday" in page(client, f"/share/{supper.pk}/")
    assert Chase.objects.get().state == "read"
    gone = client.get(Link.of(ada, supper, at=AT).path)
    assert (gone.status_code, "It is Saturday" in gone.content.decode()) == (410, True)

    client.post(f"/share/{supper.pk}/taken-down/")

    assert Recall.objects.get().counts() == {
        "all": 1, "done": 1, "read": 0, "asked": 0, "not_reached": 0,
    }  # fmt: skip
    assert not Share.objects.standing().exists()
    assert client.post(f"/share/{supper.pk}/said/", {"network": "talk"}).status_code == 409


def composed(**more: Any) -> dict[str, Any]:
    return {"kind": "message", "title": "Supper", "body": BODY, "target": HOME, **more}


def test_staff_write_publish_and_tell_within_the_limits_and_a_stop_waits(client: Client) -> None:
    load_starter(AT)
    make.message()  # approves the domain
    Message.objects.all().delete()
    ada = make.person()
    client.force_login(make.staff())
    answer = client.post("/studio/messages/new/", composed(body="Allergen-free menus. [your pick]"))
    message = Message.objects.get()
    assert answer["Location"] == f"/studio/messages/{message.pk}/"
    body = page(client, answer["Location"])
    assert "One partner sees it." in body
    assert "gave us no ground to write for this" in body
    refused = client.post(f"/studio/messages/{message.pk}/publication/", {"tell": "1"})
    assert refused.status_code == 409

    key = body.split('name="mend" value="')[1].split('"')[0]
    client.post(f"/studio/messages/{message.pk}/", composed(body=message.body, mend=key))
    message.refresh_from_db()
    assert message.body == "Menus. Ask us about allergens. [your pick]"
    assert message.revisions.get().body == "Allergen-free menus. [your pick]"
    client.post(f"/studio/messages/{message.pk}/publication/", {"tell": "1"})

    client.force_login(ada)
    assert "Ask us about allergens" in page(client, "/share/")


def test_a_picture_is_redrawn_without_its_place_and_needs_its_words(client: Client) -> None:
    make.message()
    client.force_login(make.staff())
    out = io.BytesIO()
    exif = Image.Exif()
    exif[0x010E] = "secret place"
    Image.new("RGB", (3000, 200), "teal").save(out, "JPEG", exif=exif)
    upload = io.BytesIO(out.getvalue())
    upload.name = "a.jpg"
    assert client.post("/studio/messages/new/", composed(upload=upload)).status_code == 422
    upload.seek(0)
    client.post("/studio/messages/new/", composed(upload=upload, picture_description="A table"))
    message = Message.objects.first()
    assert message
    assert message.picture

    shown = client.get(f"/messages/{message.public_id}/picture/")
    data = shown.getvalue()

    with Image.open(io.BytesIO(data)) as picture:
        assert (picture.format, picture.width, dict(picture.getexif())) == ("JPEG", 1600, {})
    assert b"secret place" not in data
    client.logout()
    assert client.get(f"/messages/{message.public_id}/picture/").status_code == 404


@pytest.mark.parametrize(
    "data", [b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"GIF89a", b"", b"\xff\xd8\xff"]
)
def test_what_is_no_picture_is_refused_in_plain_words(client: Client, data: bytes) -> None:
    make.message()
    client.force_login(make.staff())
    upload = io.BytesIO(data)
    upload.name = "a.jpg"

    answer = client.post("/studio/messages/new/", composed(upload=upload, picture_description="x"))

    assert answer.status_code in {409, 422}
    assert Message.objects.count() == 1


@pytest.mark.parametrize(
    ("target", "said"),
    [
        ("http://harbour.example/", "begins with https://"),
        ("https://evil.example/", "evil.example isn’t approved yet"),
    ],
)
def test_a_message_leads_only_to_approved_https_pages(
    client: Client, target: str, said: str
) -> None:
    make.message()
    client.force_login(make.staff())

    answer = client.post("/studio/messages/new/", composed(target=target))

    assert answer.status_code == 409
    assert said in answer.content.decode()


def test_a_domain_that_isnt_approved_leads_to_where_it_can_be(client: Client) -> None:
    make.message()
    client.force_login(make.staff())

    answer = client.post(
        "/studio/messages/new/", composed(target="https://evil.example/<b>")
    ).content.decode()

    assert '<a href="/studio/protect/rest/">Approve it in Protect</a>' in answer
    assert "<b>" not in answer.split("isn’t approved")[0].rpartition("<span>")[2]


def test_every_studio_page_opens_for_one_message_and_for_three(
    client: Client, supper: Message, django_assert_max_num_queries: Any
) -> None:
    client.force_login(make.staff())
    for path in (f"messages/{supper.pk}/", f"messages/{supper.pk}/results/", "messages/new/",
                 f"messages/{supper.pk}/recall/", "recalls/"):  # fmt: skip
        page(client, f"/studio/{path}")
    for _turn in range(3):
        make.message()

    with django_assert_max_num_queries(10):
        page(client, "/studio/messages/")


@pytest.mark.skipif(not STRINGS.exists(), reason="the folder of real input is not here")
def test_naughty_strings_go_through_every_field_and_come_back_as_words(
    client: Client, ada: Any, supper: Message
) -> None:
    Guideline.objects.all().delete()
    lines = STRINGS.read_text(encoding="utf-8").splitlines()[::7]
    for line in lines:
        answer = client.post(
            f"/share/{supper.pk}/", {"text": line, "relationship": line[:9], "note": line}
        )
        assert answer.status_code in {200, 302, 409, 422}, line
        assert "<script>alert" not in answer.content.decode()
        for path, field in (("said", "network"), ("page", "target"), ("reminder", "due_at")):
            assert client.post(f"/share/{supper.pk}/{path}/", {field: line}).status_code in {
                302,
                409,
            }


def test_what_partners_and_staff_write_never_becomes_markup(client: Client, ada: Any) -> None:
    nasty = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"
    message = make.message(title=nasty, occasion=nasty, body=nasty, benefit=nasty)
    client.post(f"/share/{message.pk}/", {"text": nasty})

    for path in ("/share/", f"/share/{message.pk}/", f"/share/{message.pk}/on/copy/"):
        body = page(client, path)
        assert "<script>alert" not in body
        assert "<img src=x" not in body
