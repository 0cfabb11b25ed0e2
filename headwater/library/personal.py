"""What the library keeps of one person, to hand out or to forget."""

from datetime import datetime
from typing import Any

from headwater.library.models import CodeUse, Comment, Download, TipDone
from headwater.people.models import Person


def export(person: Person) -> dict[str, Any]:
    return {
        "tips_done": [
            {"tip": row.tip.title, "at": row.at, "where_to_see_it": row.evidence_url}
            for row in TipDone.objects.filter(person=person).select_related("tip")
        ],
        "comments": [
            {"tip": row.tip.title, "name": row.name, "words": row.words, "at": row.at}
            for row in Comment.objects.filter(person=person).select_related("tip")
        ],
        "downloads": [
            {"resource": row.resource.title, "at": row.at}
            for row in Download.objects.filter(person=person).select_related("resource")
        ],
        "codes_opened": [
            {"code": row.code.code, "at": row.at}
            for row in CodeUse.objects.filter(person=person).select_related("code")
        ],
    }


def erase(person: Person, at: datetime) -> None:
    """Their comments and deeds go. A download and a used code stay as numbers without a name.

    What they decided about others' comments as staff (`comments_decided`) stays in the audit.
    """
    TipDone.objects.filter(person=person).delete()
    Comment.objects.filter(person=person).delete()
    Download.objects.filter(person=person).update(person=None)
    CodeUse.objects.filter(person=person).update(person=None)
