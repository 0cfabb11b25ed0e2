from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.http import require_http_methods, require_safe

from headwater.kit.names import random_code
from headwater.newsletters import subscribing
from headwater.newsletters.blocks import parts
from headwater.newsletters.forms import SubscribeForm
from headwater.newsletters.models import Issue, Newsletter, Picture
from headwater.people.models import House
from headwater.people.requests import PersonRequest
from headwater.ui.http import form_status, page


def wording() -> str:
    """What somebody agrees to. It is kept with their consent, as they read it."""
    house = House.current().name or _("this organisation")
    return _("I agree that %(house)s sends me its newsletter. I can stop it at any time.") % {
        "house": house
    }


def subscribe_context(source: str) -> dict[str, Any]:
    """What `newsletters/portal/subscribe_form.html` needs, on whichever page it stands."""
    newsletter = Newsletter.objects.filter(is_main=True).first() or Newsletter.main(now())
    start = {"newsletter": newsletter.pk, "key": random_code(20), "source": source}
    return {
        "form": SubscribeForm(initial=start),
        "newsletter": newsletter,
        "wording": wording(),
    }


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def subscribe(request: HttpRequest) -> HttpResponse:
    context = subscribe_context("subscribe page")
    if request.method == "POST":
        form = SubscribeForm(request.POST)
        if form.is_valid():
            if not form.cleaned_data["website"]:
                _ask(form.cleaned_data, context)
            return redirect("portal:newsletters:asked")
        context["form"] = form
    status = form_status(context["form"])
    return page(request, "newsletters/portal/subscribe.html", context, status=status)


def _ask(values: dict[str, Any], context: dict[str, Any]) -> None:
    chosen = Newsletter.objects.filter(pk=values["newsletter"], ended_at=None).first()
    subscribing.ask(
        chosen or context["newsletter"], email=values["email"], first_name=values["first_name"],
        last_name=values["last_name"], wording=context["wording"],
        source=values["source"] or "subscribe page", at=now(), key=values["key"],
    )  # fmt: skip


@login_not_required
@require_safe
def asked(request: HttpRequest) -> HttpResponse:
    return page(request, "newsletters/portal/asked.html")


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, public_id: str) -> HttpResponse:
    """A GET shows a button, for link scanners follow links. Only the POST subscribes."""
    sign_up = subscribing.find(public_id, now())
    if request.method == "POST":
        subscribing.confirm(sign_up, now())
    context = {"sign_up": sign_up, "is_confirmed": request.method == "POST"}
    return page(request, "newsletters/portal/confirm.html", context)


@login_not_required
@require_safe
def archive(request: HttpRequest) -> HttpResponse:
    issues = Issue.objects.in_archive(now()).select_related("newsletter", "sending")
    rows = Paginator(issues.order_by("-sending__send_at"), 30).get_page(request.GET.get("page"))
    context = {"rows": rows, **subscribe_context("archive")}
    return page(request, "newsletters/portal/archive.html", context)


@login_not_required
@require_safe
def issue(request: HttpRequest, slug: str) -> HttpResponse:
    """An issue on the web. A story taken down since, or a draft, is not shown."""
    moment = now()
    issues = Issue.objects.in_archive(moment).select_related("newsletter", "sending")
    found = get_object_or_404(issues, slug=slug)
    shown = [part for part in parts(found, moment) if not part.problems]
    near = issues.filter(newsletter=found.newsletter)
    context = {
        "issue": found,
        "parts": [_for_nobody(part) for part in shown],
        "before": near.filter(number__lt=found.number).order_by("-number").first(),
        "after": near.filter(number__gt=found.number).order_by("number").first(),
        **subscribe_context(f"issue {found.number}"),
    }
    return page(request, "newsletters/portal/issue.html", context)


def _for_nobody(part: Any) -> Any:
    """On the web there is no reader to name."""
    body = part.body.replace("[[greeting]]", _("reader")).replace("[[name]]", _("reader"))
    return type(part)(**{**part.__dict__, "body": body})


@login_not_required
@cache_control(public=True, max_age=31_536_000, immutable=True)
@require_safe
def picture(request: HttpRequest, public_id: str) -> HttpResponse:
    found = get_object_or_404(Picture, public_id=public_id)
    return HttpResponse(bytes(found.content), content_type="image/jpeg")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def mine(request: PersonRequest) -> HttpResponse:
    if request.method == "POST":
        wanted = {int(pk) for pk in request.POST.getlist("newsletter") if pk.isdecimal()}
        subscribing.choose(request.user, wanted, wording=wording(), at=now())
        messages.success(request, _("Kept."))
        return redirect("portal:newsletters:mine")
    lists = Newsletter.objects.filter(ended_at=None)
    rows = [(one, one.readers().filter(pk=request.user.pk).exists()) for one in lists]
    context = {"rows": rows, "wording": wording()}
    return page(request, "newsletters/portal/mine.html", context)
