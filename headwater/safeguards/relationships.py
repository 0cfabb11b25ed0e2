"""What may stand between a partner and us, and how a reader is told so, first thing."""

import re
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Relationship:
    label: str | Promise
    words: str | Promise
    said: re.Pattern[str]


def _said(expression: str) -> re.Pattern[str]:
    return re.compile(expression, re.IGNORECASE)


RELATIONSHIPS = {
    "works": Relationship(
        _("I work or volunteer for them"),
        _("I work with them."),
        _said(r"\b(?:I|we) (?:work|volunteer)\b|\bmy employer\b|\bas (?:their|a) volunteer\b"),
    ),
    "supplies": Relationship(
        _("I supply them, or they supply me"),
        _("We supply them."),
        _said(
            r"\b(?:we|I) (?:supply|make|grow|bake|deliver)\b|\b(?:their|our) (?:supplier|customer)"
        ),
    ),
    "paid": Relationship(
        _("I am paid for it"),
        _("Paid:"),
        _said(r"\b(?:paid|advert|advertisement|sponsored)\b|(?<!\w)#?ad\b"),
    ),
    "given": Relationship(
        _("They gave, lent or invited me"),
        _("They gave me this to try."),
        _said(
            r"\b(?:gave|lent|invited) (?:me|us)\b|\bgift(?:ed)?\b|\bwas (?:given|invited|lent)\b"
        ),
    ),
    "agent": Relationship(
        _("I earn when somebody buys"),
        _("I earn a little when you book through me."),
        _said(r"\bI earn\b|\bcommission\b|\b(?:I[’']?m|as) (?:an?|their) agent\b|\bI sell for\b"),
    ),
}
CHOICES = [("", _("Nothing")), *[(name, one.label) for name, one in RELATIONSHIPS.items()]]

PRIVATE = frozenset({"whatsapp", "email", "sms", "copy"})
FOLD = {"": 160, "instagram": 125, "facebook": 160, "linkedin": 140}  # what shows before "more"
