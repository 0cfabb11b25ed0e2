"""The tags of every page: icons, people, figures, and the wrappers that make panels of content."""

from datetime import date, datetime
from typing import Any
from zlib import crc32

from django import template
from django.http import HttpRequest, QueryDict
from django.template import Context
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from headwater.ui import assets, figures, icons, navigation
from headwater.ui.figures import Figure

register = template.Library()
register.simple_tag(icons.glyph, name="glyph")
register.simple_tag(icons.mark, name="mark")
register.simple_tag(assets.sheets, name="sheets")
register.filter("money", figures.money)
register.filter("number", figures.number)
register.filter("share", figures.share)
register.filter("amount", figures.amount)
register.filter("short_date", figures.short_date)
register.filter("minutes", figures.minutes)
register.simple_tag(figures.date_range, name="date_range")


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    try:
        return icons.icon(name, label)
    except KeyError:
        raise template.TemplateSyntaxError(f"Lucide has no icon named {name!r}.") from None


@register.simple_tag(takes_context=True, name="money")
def house_money(context: Context, value: Figure | None) -> str:
    """`{% money cost %}` in the house's own currency."""
    return figures.money(value, context["house"].currency)


@register.simple_tag
def avatar(name: object, size: str = "") -> SafeString:
    """Two letters of a name, tinted by it. It is silent: the name stands beside it."""
    words = str(name).split()
    letters = "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper() or "?"
    tint = crc32(str(name).encode()) % 5
    kind = f"avatar {size}".strip()
    html = '<span class="{}" data-tint="{}" aria-hidden="true">{}</span>'
    return format_html(html, kind, tint, letters)


@register.simple_tag
def minute(share: float = 1.0) -> SafeString:
    """The sixty-second ring, full or filled to a share of it."""
    filled = round(100 * min(1.0, max(0.0, share)), 1)
    return format_html(
        '<svg viewBox="0 0 24 24" aria-hidden="true">'
        '<circle class="track" cx="12" cy="12" r="10.5"/>'
        '<circle cx="12" cy="12" r="10.5" pathLength="100" stroke-dasharray="{} 100"'
        ' transform="rotate(-90 12 12)"/><text x="12" y="15" text-anchor="middle">60</text></svg>',
        filled,
    )


GRADES = {
    "measured": ("good", "ruler"),
    "self-reported": ("", "message-circle"),
    "modelled": ("", "sigma"),
}


@register.simple_tag
def grade(kind: str) -> SafeString:
    """How a figure came about: measured, self-reported or modelled."""
    words = {
        "measured": _("measured"),
        "self-reported": _("self-reported"),
        "modelled": _("modelled"),
    }
    kind = kind.replace("_", "-")
    tone, name = GRADES[kind]
    html = '<span class="{}">{}{}</span>'
    return format_html(html, f"tag {tone}".strip(), icons.icon(name), words[kind])


@register.simple_tag
def rungs(stands_on: int, of: int = 5) -> SafeString:
    """Rungs of taking part, filled to where somebody stands. Its word stands beside it."""
    steps = format_html_join(
        "", '<i class="{}"></i>', (("on" if i < stands_on else "",) for i in range(of))
    )
    return format_html('<span class="rungs" aria-hidden="true">{}</span>', steps)


def _request(context: Context) -> HttpRequest | None:
    """The request, also inside an include that was given `only` what it needs."""
    return context.get("request") or getattr(context, "request", None)


@register.simple_tag(takes_context=True)
def current(context: Context, items: Any) -> navigation.Item | None:
    """The navigation item of the page one is on, to put `aria-current` on."""
    match = getattr(_request(context), "resolver_match", None)
    room = match.namespaces[-1] if match and match.namespaces else ""
    view = (match.url_name or "") if match else ""
    return navigation.current(items or [], room=room, view=view, here=str(context.get("here", "")))


@register.simple_tag(takes_context=True)
def query(context: Context, **changes: Any) -> str:
    """The page's own query string with some of it changed: `?{% query page=2 %}`."""
    request = _request(context)
    asked = request.GET.copy() if request else QueryDict(mutable=True)
    for name, value in changes.items():
        asked.pop(name, None)
        if value not in (None, ""):
            asked[name] = value
    return str(asked.urlencode())


@register.filter
def field_kind(field: Any) -> str:
    """Which way `django/forms/field.html` draws a field."""
    widget = field.field.widget
    kind: str = getattr(widget, "input_type", "") or ""
    if kind == "checkbox" and not getattr(widget, "allow_multiple_selected", False):
        return "switch" if widget.attrs.get("role") == "switch" else "tick"
    return "choices" if kind in {"radio", "checkbox"} else "plain"


@register.filter
def field_unit(field: Any) -> str:
    """The unit after a field, from its widget's `data-unit`: "boxes a week"."""
    return str(field.field.widget.attrs.get("data-unit", ""))


@register.filter
def local_time(value: datetime | date | None) -> SafeString:
    """A `<time>` by the house's clock; a script adds the reader's hour where theirs differs."""
    if not value:
        return mark_safe("")
    if not isinstance(value, datetime):
        return format_html(
            '<time datetime="{}">{}</time>', value.isoformat(), figures.short_date(value)
        )
    html = (
        '<local-time datetime="{0}" data-zone="{1}" data-here="{2}">'
        '<time datetime="{0}">{3}, {4}</time></local-time>'
    )
    return format_html(
        html,
        value.isoformat(),
        timezone.get_current_timezone_name(),
        _("{time} where you are"),
        figures.short_date(value),
        figures.clock(value),
    )


# ---- Wrappers. Each ends with `end` and its own name. ----


def _titled(title: str, content: str, level: int = 2) -> tuple[SafeString, SafeString]:
    """An `aria-labelledby` and the heading it points to."""
    if not title:
        return mark_safe(""), mark_safe("")
    ident = f"t{crc32(f'{title}{content}'.encode()):08x}"  # two parts may have one title
    label = format_html(' aria-labelledby="{}"', ident)
    return label, format_html('<h{0} id="{1}">{2}</h{0}>', level, ident, title)


def _aside(more: str, url: str) -> SafeString:
    if url:
        return format_html('<a class="fine" href="{}">{}</a>', url, more)
    return format_html('<span class="fine">{}</span>', more) if more else mark_safe("")


@register.simple_block_tag(end_name="endpanel")
def panel(
    content: SafeString, title: str = "", kind: str = "", more: str = "", url: str = ""
) -> SafeString:
    """Chalk with a hairline, for something to act on or a table; `kind="flush"` for tables."""
    label, heading = _titled(title, content)
    head = format_html("<header>{}{}</header>", heading, _aside(more, url)) if title else heading
    html = '<section class="{}"{}>{}{}</section>'
    return format_html(html, f"panel {kind}".strip(), label, head, content)


@register.simple_block_tag(end_name="endcard")
def card(
    content: SafeString, title: str = "", tone: str = "", more: str = "", url: str = ""
) -> SafeString:
    """A panel by its short name."""
    return panel(content, title=title, kind=tone, more=more, url=url)


@register.simple_block_tag(end_name="endpart")
def part(
    content: SafeString, title: str = "", more: str = "", url: str = "", kind: str = "stack"
) -> SafeString:
    """A titled part of a page with nothing around it."""
    label, heading = _titled(title, content)
    aside = _aside(more, url)
    head = format_html('<div class="row apart">{}{}</div>', heading, aside) if aside else heading
    return format_html('<section class="{}"{}>{}{}</section>', kind, label, head, content)


@register.simple_block_tag(end_name="endpagehead")
def pagehead(content: SafeString, title: str, lead: str = "", overline: str = "") -> SafeString:
    """The top of a page: its finding, its lead, and (inside) its one primary action."""
    over = format_html('<p class="overline">{}</p>', overline) if overline else ""
    said = format_html('<p class="lead">{}</p>', lead) if lead else ""
    actions = format_html('<div class="actions">{}</div>', content) if content.strip() else ""
    html = '<header class="page-head"><div>{}<h1>{}</h1>{}</div>{}</header>'
    return format_html(html, over, title, said, actions)


TONES = {"": "info", "good": "circle-check", "warn": "circle-alert", "bad": "circle-x"}


@register.simple_block_tag(end_name="endnotice")
def notice(
    content: SafeString, tone: str = "", title: str = "", icon: str = "", role: str = ""
) -> SafeString:
    """One fact that changes what you'd do here."""
    strong = format_html("<strong>{}</strong>", title) if title else ""
    spoken = format_html(' role="{}"', role) if role else ""
    html = '<div class="{}"{}>{}{}<div>{}</div></div>'
    drawn = icons.icon(icon or TONES[tone])
    return format_html(html, f"notice {tone}".strip(), spoken, drawn, strong, content)


@register.simple_block_tag(end_name="endtoast")
def toast(content: SafeString, tone: str = "", icon: str = "") -> SafeString:
    """What just happened, with (inside) its undo."""
    html = '<div class="{}" role="{}">{}{}</div>'
    kind, role = (f"toast deep {tone}".strip(), "alert" if tone == "bad" else "status")
    return format_html(html, kind, role, icons.icon(icon or TONES[tone or "good"]), content)


EMPTY_LINE = mark_safe(
    '<svg class="empty-line" viewBox="0 0 112 16" aria-hidden="true"><path fill="none"'
    ' stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-dasharray=".1 6"'
    ' d="M2 8C30 2 60 14 110 8"/></svg>'
)


@register.simple_block_tag(end_name="endempty")
def empty(content: SafeString, title: str, url: str = "", action: str = "") -> SafeString:
    """Why it's empty and what fills it; never "no data"."""
    way_on = format_html('<a class="button" href="{}">{}</a>', url, action) if url else ""
    html = '<div class="empty">{}<p class="what">{}</p><div class="quiet">{}</div>{}</div>'
    return format_html(html, EMPTY_LINE, title, content, way_on)


@register.simple_block_tag(end_name="endpractice")
def practice(content: SafeString) -> SafeString:
    """Around one `do` and one `dont`, side by side at the same size."""
    return format_html('<div class="practice-box"><div class="practice">{}</div></div>', content)


def _half(kind: str, name: str, title: str, content: SafeString) -> SafeString:
    html = '<div class="{}"><h3>{} {}</h3>{}</div>'
    return format_html(html, kind, icons.icon(name), title, content)


@register.simple_block_tag(end_name="enddo")
def do(content: SafeString, title: str = "") -> SafeString:
    return _half("do", "check", title or _("Do"), content)


@register.simple_block_tag(end_name="enddont")
def dont(content: SafeString, title: str = "") -> SafeString:
    return _half("dont", "x", title or _("Don’t"), content)


@register.simple_block_tag(end_name="endstat")
def stat(content: SafeString, figure: str, unit: str = "") -> SafeString:
    """One number and, inside, what it means."""
    small = format_html(" <small>{}</small>", unit) if unit else ""
    return format_html('<div class="stat"><b>{}{}</b><span>{}</span></div>', figure, small, content)


@register.simple_block_tag(end_name="endscroll")
def scroll(content: SafeString, label: str) -> SafeString:
    """A wide table that scrolls by itself, reachable by keyboard."""
    html = '<div class="scroll" tabindex="0" role="group" aria-label="{}">{}</div>'
    return format_html(html, label, content)


@register.simple_block_tag(end_name="endmore")
def more(content: SafeString, summary: str) -> SafeString:
    """Something to open on demand."""
    html = '<details class="data"><summary>{}</summary>{}</details>'
    return format_html(html, summary, content)


@register.simple_block_tag(end_name="enddialog")
def dialog(content: SafeString, id: str, title: str) -> SafeString:
    """Opened by `<button command="show-modal" commandfor="ID">`; put its form or text inside."""
    html = '<dialog id="{0}" aria-labelledby="{0}-t"><h2 id="{0}-t">{1}</h2>{2}</dialog>'
    return format_html(html, id, title, content)
