"""What an import found out, in words, each with its proof."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from headwater.partners.models import Import

FIELD_NAMES = {
    "": gettext_lazy("Leave out"),
    "external_id": gettext_lazy("External id"),
    "name": gettext_lazy("Name"),
    "first_name": gettext_lazy("First name"),
    "last_name": gettext_lazy("Last name"),
    "organisation": gettext_lazy("Organisation"),
    "position": gettext_lazy("What they do there"),
    "email": gettext_lazy("E-mail"),
    "phone": gettext_lazy("Phone"),
    "country": gettext_lazy("Country"),
    "place": gettext_lazy("Town"),
    "language": gettext_lazy("Language"),
    "time_zone": gettext_lazy("Time zone"),
    "kind": gettext_lazy("Kind of partner"),
    "tags": gettext_lazy("Tags"),
    "website": gettext_lazy("Website"),
    "status": gettext_lazy("Subscribed or not"),
    "opted_out": gettext_lazy("Has opted out"),
    "social": gettext_lazy("Social accounts"),
}
LETTERS = {
    "utf-8": gettext_lazy("Unicode (UTF-8)"),
    "utf-8-sig": gettext_lazy("Unicode (UTF-8)"),
    "utf-16": gettext_lazy("Unicode (UTF-16)"),
    "cp1252": gettext_lazy("Windows, western"),
}
MARKS = {
    ",": gettext_lazy("Comma"),
    ";": gettext_lazy("Semicolon"),
    "\t": gettext_lazy("Tab"),
    "|": gettext_lazy("Upright line"),
}


def recognised(of: Import) -> list[dict[str, Any]]:
    """What we worked out by ourselves about the file, each with why."""
    shape, options = of.shape, of.options
    above = shape["skipped"]
    stops = bool(options.get("stops"))
    who = _("nobody in it is written to") if stops else _("nobody is subscribed by it")
    facts = [
        (_("Letters"), LETTERS.get(shape["encoding"], shape["encoding"]),
         _("some bytes are valid in no alphabet; they show as �") if shape["has_replacements"]
         else _("every letter reads")),
        (_("Between columns"), MARKS[shape["delimiter"]],
         _("%(n)s columns") % {"n": len(shape["heading"])}),
        (_("Headings"),
         _("Row %(n)s") % {"n": shape["heading_row"]} if shape["heading_row"] else _("None"),
         _("%(n)s lines above skipped") % {"n": above} if above else _("nothing above them")),
        (_("Comes from"), options.get("product") or _("no product we know"),
         who),
        (_("Seen before"), _("Yes") if options.get("seen_before") else _("No"),
         _("same headings; the choices then were used") if options.get("seen_before")
         else _("we’ll remember what you choose")),
    ]  # fmt: skip
    return [{"what": what, "found": found, "why": why} for what, found, why in facts]
