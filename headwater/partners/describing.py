"""A segment's rule in words, one clause a part."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from headwater.partners.models import Kind
from headwater.people.models import Organisation

GAUGES = {
    "gauge.fluency": gettext_lazy("fluency"),
    "gauge.awareness": gettext_lazy("awareness"),
    "gauge.role": gettext_lazy("role"),
    "gauge.comfort": gettext_lazy("comfort"),
}


def clauses(rule: dict[str, Any]) -> list[str]:
    """What a partner has to be to belong, each clause as it is said."""
    said: list[str] = []
    if kinds := rule.get("kinds"):
        names = dict(Kind.objects.filter(slug__in=kinds).values_list("slug", "name"))
        said.append(_("is a %(kinds)s") % {"kinds": either([names.get(k, k) for k in kinds])})
    if tags := rule.get("tags"):
        said.append(_("is tagged %(tags)s") % {"tags": either([f"“{tag}”" for tag in tags])})
    if organisations := rule.get("organisations"):
        found = dict(Organisation.objects.filter(pk__in=organisations).values_list("pk", "name"))
        places = [found.get(pk, str(pk)) for pk in organisations]
        said.append(_("is at %(places)s") % {"places": either(places)})
    if countries := rule.get("countries"):
        said.append(_("is in %(countries)s") % {"countries": either(countries)})
    if languages := rule.get("languages"):
        said.append(_("reads %(languages)s") % {"languages": either(languages)})
    said.extend(trait_clause(trait) for trait in rule.get("traits", []))
    if days := rule.get("active_since_days"):
        said.append(ngettext("did something in the last %(n)s day", "did something in the last %(n)s days", days) % {"n": days})  # fmt: skip  # noqa: E501
    if days := rule.get("quiet_since_days"):
        said.append(ngettext("did nothing in the last %(n)s day", "did nothing in the last %(n)s days", days) % {"n": days})  # fmt: skip  # noqa: E501
    return said


def either(words: list[str]) -> str:
    *most, last = [str(word) for word in words]
    return _("%(most)s or %(last)s") % {"most": ", ".join(most), "last": last} if most else last


def trait_clause(trait: dict[str, Any]) -> str:
    name = GAUGES.get(trait["name"], trait["name"])
    if "text" in trait:
        return f"{name}: {trait['text']}"
    low, high = trait.get("from", 0), trait.get("to", 100)
    return _("shared a %(name)s of %(low)s to %(high)s") % {"name": name, "low": low, "high": high}
