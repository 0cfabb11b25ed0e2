from __future__ import annotations

from random import Random
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from headwater.capacity import ladder
from headwater.capacity.forms import AnswerForm
from headwater.capacity.growing import MEANS, clearest, growth_of
from headwater.capacity.inviting import JOB
from headwater.capacity.models import CheckIn, Gauge, SharedGauge
from headwater.capacity.models.check_ins import Asking
from headwater.capacity.models.items import ItemKind
from headwater.mail import personal_links
from headwater.partners.models import modules_of
from headwater.people.models import House, Person
from headwater.people.requests import PersonRequest
from headwater.ui.http import form_status, page, refusing


def _who(request: HttpRequest) -> Person | None:
    """Whoever the personal link is for, else who has signed in."""
    by = request.GET.get("by", "")
    if by:
        return personal_links.read(by, JOB).person
    return request.user if isinstance(request.user, Person) else None


def _url(request: HttpRequest, name: str) -> str:
    by = request.GET.get("by", "")
    path = reverse(f"portal:capacity:{name}")
    return f"{path}?{urlencode({'by': by})}" if by else path


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def check_in(request: HttpRequest) -> HttpResponse:
    """The next question. A GET keeps nothing; each POST keeps one answer or one skip."""
    person = _who(request)
    if person is None:
        return redirect_to_login(request.get_full_path())
    current = CheckIn.objects.filter(person=person, finished_at=None).first()
    if request.method == "POST" and request.POST.get("do") == "begin":
        CheckIn.begin(person, at=now())
        return redirect(_url(request, "check_in"))
    asking = current.next() if current else None
    if current is None or asking is None:
        context = {"person": person, "by": request.GET.get("by"), "bank": bool(CheckIn(pk=0).bank)}
        return page(request, "capacity/portal/begin.html", context)
    form = AnswerForm(request.POST or None)
    if form.is_valid():
        with refusing(form):
            return _keep(request, current, asking, form)
    screen = _screen(request, current, asking, form)
    return page(request, "capacity/portal/question.html", screen, status=form_status(form))


def _keep(request: HttpRequest, current: CheckIn, asking: Asking, form: AnswerForm) -> HttpResponse:
    doing = request.POST.get("do", "continue")
    if doing == "later":
        return redirect(_url(request, "pause"))
    if doing == "back":
        current.back()
    elif doing == "stop":
        current.finish(at=now())
        return redirect(_url(request, "done"))
    elif request.POST.get("key") == asking.key:  # else a second press of an earlier page
        given = form.cleaned_data if doing == "continue" else {}
        is_words = asking.item.kind == ItemKind.UNAIDED
        current.answer(
            asking,
            option=None if is_words else given.get("option"),
            words=given.get("words") if is_words else None,
        )
        if current.next() is None:
            current.finish(at=now())
            return redirect(_url(request, "done"))
    return redirect(_url(request, "check_in"))


def _screen(
    request: HttpRequest, current: CheckIn, asking: Asking, form: AnswerForm
) -> dict[str, object]:
    options = list(enumerate(asking.item.options))
    if asking.item.kind == ItemKind.DEMONSTRATED:
        Random(f"{current.pk}:{asking.key}").shuffle(options)  # noqa: S311 (no secret)
    place = len(current.given) + 1
    organisation = House.current().name or _("our organisation")
    prompt = asking.item.prompt.replace("{organisation}", organisation)
    return {
        "form": form,
        "asking": asking,
        "prompt": prompt.replace("{message}", asking.message.text if asking.message else ""),
        "options": options,
        "is_words": asking.item.kind == ItemKind.UNAIDED,
        "words": form["words"].value() or "",
        "place": place,
        "expected": max(current.expected, place),
        "by": request.GET.get("by"),
        "person": current.person,
    }


@login_not_required
@never_cache
@require_safe
def pause(request: HttpRequest) -> HttpResponse:
    if _who(request) is None:
        return redirect_to_login(request.get_full_path())
    return page(request, "capacity/portal/pause.html", {"back": _url(request, "check_in")})


@login_not_required
@never_cache
@require_safe
def done(request: HttpRequest) -> HttpResponse:
    """What this check-in read, and what is known to have changed since the one before."""
    person = _who(request)
    if person is None:
        return redirect_to_login(request.get_full_path())
    context = {
        "growth": [g for g in growth_of(person, now()) if g.latest],
        "means": MEANS,
        "by": request.GET.get("by"),
    }
    return page(request, "capacity/portal/done.html", context)


@require_safe
def growth(request: PersonRequest) -> HttpResponse:
    """One's own growth: nobody else sees it unless one says so."""
    if "gauges" not in modules_of(request.user):
        raise Http404
    moment = now()
    gauges = growth_of(request.user, moment)
    most = clearest(gauges)
    wanted = request.GET.get("gauge") or (most.gauge if most else Gauge.FLUENCY)
    shown = next((g for g in gauges if g.gauge == wanted), gauges[0])
    rung = ladder.standing(request.user, moment)
    context = {
        "gauges": [(g, MEANS[g.gauge]) for g in gauges],
        "shown": shown,
        "clearest": most,
        "rung": rung,
        "rungs": list(enumerate(ladder.RUNGS, start=1)),
        "stands_on": ladder.RUNGS[rung - 1],
        "last": CheckIn.objects.filter(person=request.user, finished_at__isnull=False).first(),
        "has_begun": CheckIn.objects.filter(person=request.user, finished_at=None).exists(),
        "count": max(len(g.readings) for g in gauges),
    }
    return page(request, "capacity/portal/growth.html", context)


@require_POST
def shared(request: PersonRequest, gauge: str) -> HttpResponse:
    """Let staff see one of one's gauges by name, or take that back."""
    if gauge not in Gauge.values:
        raise Http404
    if request.POST.get("shared") == "on":
        SharedGauge.share(request.user, gauge, at=now())
        messages.success(request, _("Staff see this gauge with your name now."))
    else:
        SharedGauge.hide(request.user, gauge, at=now())
        messages.success(request, _("This gauge is yours alone again."))
    return redirect(f"{reverse('portal:capacity:growth')}?gauge={gauge}")
