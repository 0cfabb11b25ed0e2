from datetime import timedelta

import pytest
from django.test import Client
from django.utils.timezone import now

from headwater.mail.models import Delivery
from headwater.newsletters import sending
from headwater.newsletters.tests import make

pytestmark = pytest.mark.django_db
TEXT = {"kind": "text", "heading": "Good morning", "body": "The market opens at nine."}


def heading(client: Client) -> str:
    text = client.get("/studio/newsletters/").content.decode()
    return text.partition("<h1>")[2].partition("</h1>")[0]


def test_the_newsletters_page_says_what_waits_and_what_goes_next(client: Client) -> None:
    make.house()
    mira = make.staff(role="manager")
    client.force_login(mira)
    make.reader()

    before = heading(client)
    issue = make.issue(TEXT, title="Nine o’clock")
    begun = heading(client)
    sending.schedule(issue, actor=mira, at=now(), send_at=now() + timedelta(days=3))
    scheduled = heading(client)

    on_its_way = client.get(f"/studio/newsletters/{issue.pk}/").content.decode()
    Delivery.objects.update(state="sent")
    gone = client.get(f"/studio/newsletters/{issue.pk}/").content.decode()

    assert before == "What should readers hear first?"
    assert begun == "One issue waits to be finished"
    assert scheduled.startswith("Next: Nine o’clock, on ")
    assert "<h1>On its way, so it can’t be changed</h1>" in on_its_way
    assert "<h1>It has gone, so it stays as it was read</h1>" in gone
