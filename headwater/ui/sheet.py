from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from headwater.ui import samples
from headwater.ui.http import page

ROLES = {
    "page": "eau-de-nil, the page",
    "surface": "chalk, what you act on",
    "sunk": "wells and hover",
    "deep": "deep water, one a page",
    "blue": "action and our line",
    "blue-soft": "chosen",
    "orange": "recognition, comparison",
    "orange-soft": "filled in",
    "good": "fine",
    "warn": "think about it",
    "bad": "stop",
    "line": "hairline",
}
NETWORKS = [
    "facebook",
    "instagram",
    "x",
    "bluesky",
    "mastodon",
    "threads",
    "whatsapp",
    "linkedin",
]


@require_safe
def sheet(request: HttpRequest) -> HttpResponse:
    """The design sheet: every component and chart with made-up content."""
    drawn = {name: make() for name, make in samples.CHARTS.items()}
    context = {
        "roles": ROLES,
        "networks": NETWORKS,
        "form": samples.sample_form(),
        "small": {name: chart for name, chart in drawn.items() if chart.wide.width < 420},
        "large": {name: chart for name, chart in drawn.items() if chart.wide.width >= 420},
        "asks": samples.asks(),
        "people": ["Adaeze Okonkwo", "Rui Zhang", "Tāne Walker", "Elif Demir", "Ines Carvalho"],
    }
    return page(request, "ui/sheet.html", context)
