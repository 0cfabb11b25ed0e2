from datetime import timedelta

import pytest
from django.test import Client
from django.utils.timezone import now

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

    assert before == "What should readers hear first?"
    assert begun == "One issue waits to be finished"
    assert scheduled.startswith("Next: Nine o’clock, on ")
