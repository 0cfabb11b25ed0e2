"""What the public and machines ask of every site: who we are to their data, whether everyone can
use it, what may be searched, and a small picture."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.templatetags.static import static
from django.urls import reverse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from headwater.people.models import House
from headwater.ui.http import page


@login_not_required
@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    return page(request, "portal/privacy.html", {"contact": contact()})


@login_not_required
@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    return page(request, "portal/accessibility.html", {"contact": contact()})


def contact() -> str:
    house = House.current()
    return house.reply_to or house.from_email


@login_not_required
@require_safe
@cache_control(public=True, max_age=86400)
def robots(request: HttpRequest) -> HttpResponse:
    """Published tips may be found by search. Personal links and everything else may not."""
    open_to_all = [reverse("portal:library:tips"), static("ui/").split("ui/")[0]]
    lines = ["User-agent: *", *(f"Allow: {path}" for path in open_to_all), "Disallow: /"]
    return HttpResponse("\n".join([*lines, ""]), content_type="text/plain; charset=utf-8")


@login_not_required
@require_safe
def favicon(request: HttpRequest) -> HttpResponseRedirect:
    """Where old programs look for it; pages name the picture themselves."""
    return HttpResponseRedirect(static("ui/favicon.svg"))
