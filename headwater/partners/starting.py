"""The kinds of partner that an organisation begins with. Each can be renamed or left out."""

from datetime import datetime

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from headwater.partners.models import MODULES, Kind

EVERYTHING = [module for module in MODULES if module != "press"]
KINDS = {
    "member": (_("Member"), _("Members"), EVERYTHING),
    "volunteer": (_("Volunteer"), _("Volunteers"), EVERYTHING),
    "supplier": (_("Supplier"), _("Suppliers"), EVERYTHING),
    "agent": (_("Agent"), _("Agents"), EVERYTHING),
    "client": (_("Client"), _("Clients"), [m for m in EVERYTHING if m != "points"]),
    "media": (_("Media"), _("Media"), ["press", "events"]),
}


@transaction.atomic
def load_starter(at: datetime, primary: str = "") -> int:
    """The six usual kinds, with one asked first. Safe to run twice."""
    made = 0
    for position, slug in enumerate(KINDS):
        made += add_kind(slug, position)
    if primary:
        kind_named(primary).make_primary()
    elif not Kind.objects.filter(is_primary=True).exists():
        Kind.objects.get(slug="member").make_primary()
    return made


def add_kind(slug: str, position: int) -> bool:
    name, plural, modules = KINDS[slug]
    return Kind.objects.get_or_create(
        slug=slug,
        defaults={
            "name": str(name),
            "plural": str(plural),
            "modules": modules,
            "position": position,
        },
    )[1]


def kind_named(text: str) -> Kind:
    """The kind that goes by this slug, name or plural; made where there is none yet."""
    wanted = text.strip().casefold()
    for kind in Kind.objects.all():
        if wanted in {kind.slug, kind.name.casefold(), kind.plural.casefold()}:
            return kind
    for slug, (name, plural, _modules) in KINDS.items():
        if wanted in {slug, str(name).casefold(), str(plural).casefold()}:
            add_kind(slug, list(KINDS).index(slug))
            return Kind.objects.get(slug=slug)
    return Kind.objects.create(
        slug=slugify(text)[:50] or f"kind-{Kind.objects.count() + 1}",
        name=text.strip()[:60],
        plural=text.strip()[:60],
        modules=EVERYTHING,
        position=Kind.objects.count(),
    )
