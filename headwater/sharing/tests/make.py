from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

from headwater.people.models import Person
from headwater.safeguards.models import ApprovedDomain
from headwater.sharing import spool
from headwater.sharing.models import Link, Message, VisitDay

AT = datetime(2026, 5, 14, 10, 0, tzinfo=UTC)
DAY = timedelta(days=1)
HOME = "https://harbour.example/supper"
BODY = "Supper Week is 1 to 7 June, and the one I’d book first is [your pick]. [your link]"
BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0"
numbers = count(1)


def person(name: str = "Ada", *, role: str = "", **more: Any) -> Person:
    return Person.objects.create_user(
        f"person{next(numbers)}@example.org",
        name=name,
        is_partner=not role,
        role=role,
        created_at=AT,
        **more,
    )


def staff(name: str = "Mirela", role: str = "owner") -> Person:
    return person(name, role=role)


def message(*, published: bool = True, by: Person | None = None, **fields: Any) -> Message:
    ApprovedDomain.approve("harbour.example", actor=None, at=AT)
    actor = by or staff()
    wanted = {"title": "Supper Week", "body": BODY, "target": HOME, **fields}
    made = Message.write(actor=actor, at=AT, **wanted)
    if published:
        made.publish(actor=actor, at=AT)
    return made


def link(owner: Person | None = None, about: Message | None = None) -> Link:
    return Link.of(owner or person(), about or message(), at=AT)


def environ(path: str, **more: Any) -> dict[str, Any]:
    return {
        "PATH_INFO": path,
        "REQUEST_METHOD": "GET",
        "REMOTE_ADDR": "192.0.2.1",
        "HTTP_USER_AGENT": BROWSER,
        **more,
    }


def line(code: str, *, key: str = "aa", kind: str = "p", at: datetime = AT, host: str = "") -> str:
    return f"{int(at.timestamp())}\t{code}\t{kind}\t{key}\t{host}\n"


def spooled(lines: Iterable[str], *, at: datetime = AT, name: str = "1-abc") -> Path:
    file = spool.folder() / f"visits-{at:%Y%m%d%H}-{spool.HOST}-{name}.log"
    with file.open("a", encoding="utf-8") as out:
        out.writelines(lines)
    return file


def counted(of: Link) -> list[tuple[str, int, int, int]]:
    rows = VisitDay.objects.filter(link=of).order_by("day")
    return [(f"{row.day}", row.people, row.visits, row.machines) for row in rows]


def visits(owner: Person, days: Iterable[tuple[date, int]]) -> Link:
    """What a fold leaves behind: so many people a day through one of this person's links."""
    theirs = Link.objects.create(person=owner, made_at=AT)
    VisitDay.objects.bulk_create(
        VisitDay(link=theirs, day=day, people=people, visits=people) for day, people in days
    )
    return theirs
