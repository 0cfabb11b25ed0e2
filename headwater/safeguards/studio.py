from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Prefetch
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.dateparse import parse_date
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from headwater.kit.errors import Refused
from headwater.ledger.models import Entry
from headwater.partners.models import Purpose
from headwater.people.models import House, Person
from headwater.people.requests import PersonRequest, needs
from headwater.safeguards import contact, trail, verbs
from headwater.safeguards.checks import LINK, STOP, check, mend
from headwater.safeguards.forms import (
    DecisionForm,
    DomainForm,
    FollowUpForm,
    GuidelineForm,
    HoldForm,
    IncidentForm,
    LimitForm,
    PolicyForm,
    SeasonForm,
    StepForm,
    TryForm,
)
from headwater.safeguards.models import (
    ApprovedDomain,
    Catch,
    ClosedSeason,
    ContactLimit,
    DomainRequest,
    FollowUp,
    Guideline,
    Hold,
    Incident,
    Policy,
    Review,
)
from headwater.safeguards.models.incident import trend
from headwater.ui import charts
from headwater.ui.http import form_status, page, refusing

MOST_NEEDED = 6


@require_safe
def protect(request: PersonRequest) -> HttpResponse:
    moment = now()
    waiting = list(Review.objects.waiting().select_related("author")[:10])
    week = moment - timedelta(days=7)
    guidelines = list(Guideline.objects.standing().with_use().select_related("set_by"))
    context = {
        "hold": Hold.objects.standing().select_related("held_by").first(),
        "hold_form": HoldForm(),
        "waiting": _looked_over(waiting, guidelines, moment),
        "checked": Entry.objects.did(verbs.DRAFT_CHECKED).filter(at__gte=week).count(),
        "caught": _caught_since(week),
        **_guideline_list(request, guidelines),
        "incidents": Incident.objects.prefetch_related(
            Prefetch("follow_ups", FollowUp.objects.select_related("owner"))
        )[:3],
        "trend": _trend(moment),
        "limits": ContactLimit.objects.all(),
        "now": moment,
    }
    return page(request, "safeguards/studio/protect.html", context)


def _looked_over(
    reviews: list[Review], guidelines: list[Guideline], at: datetime
) -> list[tuple[Review, list[Any]]]:
    """Each draft with what stops it today."""
    if not reviews:
        return []
    has_link = any(LINK.search(one.text) for one in reviews)
    domains = ApprovedDomain.names() if has_link else frozenset()
    known: dict[str, Any] = {"guidelines": guidelines, "domains": domains, "at": at}
    found = [
        check(one.text, network=one.network, relationship=one.relationship, **known)
        for one in reviews
    ]
    return [
        (review, [one for one in all_found if one.level == STOP])
        for review, all_found in zip(reviews, found, strict=True)
    ]


def _caught_since(moment: datetime) -> dict[str, int]:
    rows = Catch.objects.filter(at__gte=moment, guideline__level=STOP)
    drafts: dict[tuple[int | None, str], bool] = {}
    for person, about, mended_at, let_go_at in rows.values_list(
        "person", "about", "mended_at", "let_go_at"
    ):
        is_open = mended_at is None and let_go_at is None
        drafts[person, about] = drafts.get((person, about), False) or is_open
    return {"stopped": len(drafts), "open": sum(drafts.values())}


def _guideline_list(request: PersonRequest, rows: list[Guideline]) -> dict[str, Any]:
    words, show = request.GET.get("q", "").strip(), request.GET.get("show", "")
    by_filter = {
        "stop": [one for one in rows if one.is_stop],
        "mind": [one for one in rows if not one.is_stop],
        "never": [one for one in rows if not one.times],
    }
    shown = by_filter.get(show, rows)
    if words:
        key = words.casefold()
        shown = [
            one for one in shown
            if key in f"{one.title} {one.do} {one.dont} {one.why} {one.mend}".casefold()
        ]  # fmt: skip
    shows_all = bool(words or show or "all" in request.GET)
    most_needed = sorted(shown, key=lambda one: (-one.times, one.number))
    return {
        "guidelines": shown if shows_all else most_needed[:MOST_NEEDED],
        "shows_all": shows_all or len(shown) <= MOST_NEEDED,
        "guideline_count": len(rows),
        "show": show,
        "q": words,
        "filters": [
            ("stop", _("Stops a draft"), len(by_filter["stop"])),
            ("mind", _("To think about"), len(by_filter["mind"])),
            ("never", _("Never used"), len(by_filter["never"])),
        ],
    }


def _trend(at: datetime) -> Any:
    counts = trend(at)
    return {
        "counts": counts,
        "chart": charts.spark([wrong + nearly for _start, wrong, nearly in counts]),
        "any": any(wrong + nearly for _start, wrong, nearly in counts),
    }


@needs("manager")
@require_POST
def hold(request: PersonRequest) -> HttpResponse:
    form = HoldForm(request.POST)
    if not form.is_valid():
        raise Refused(_("Say in a few words why: colleagues will ask."))
    Hold.begin(reason=form.cleaned_data["reason"], actor=request.user, at=now())
    messages.success(
        request, _("Everything is on hold: no letter goes, and nothing can be shared.")
    )
    return redirect("studio:safeguards:protect")


@needs("manager")
@require_POST
def release(request: PersonRequest) -> HttpResponse:
    standing = get_object_or_404(Hold.objects.standing())
    standing.release(actor=request.user, at=now())
    messages.success(request, _("Sending and sharing go on."))
    return redirect("studio:safeguards:protect")


@require_POST
def decision(request: PersonRequest, pk: int) -> HttpResponse:
    moment = now()
    review = get_object_or_404(Review, pk=pk)
    form = DecisionForm(request.POST)
    if not form.is_valid():
        raise Refused(_("Choose what is to happen with this draft."))
    reason, verdict = form.cleaned_data["reason"], form.cleaned_data["verdict"]
    if verdict == "approve":
        review.approve(actor=request.user, at=moment, reason=reason)
    elif verdict == "mend":
        text = form.cleaned_data["text"] or _all_mended(review, moment)
        review.mend(text=text, actor=request.user, at=moment, reason=reason)
    else:
        review.send_back(actor=request.user, at=moment, reason=reason)
    messages.success(
        request, _("%(name)s sees what you decided, and why.") % {"name": review.author}
    )
    return redirect("studio:safeguards:protect")


def _all_mended(review: Review, at: datetime) -> str:
    """The draft with every offered mend put in."""
    text = review.text
    for _turn in range(20):
        found = check(text, network=review.network, relationship=review.relationship, at=at)
        offered = [one for one in found if one.level == STOP and one.replacement]
        if not offered:
            break
        text = mend(text, offered, offered[0].key)
    return text


@require_http_methods(["GET", "POST"])
def guideline_new(request: PersonRequest) -> HttpResponse:
    form = GuidelineForm(request.POST or None, initial={"applies_to": ["all"], "level": "mind"})
    if form.is_valid() and "try" not in request.POST:
        with refusing(form):
            made = Guideline.write(actor=request.user, at=now(), **form.fields_of_guideline())
            messages.success(request, _("It holds from now on."))
            return redirect("studio:safeguards:guideline", made.pk)
    context = {"form": form, "guideline": None, "try_form": TryForm()}
    return page(request, "safeguards/studio/guideline.html", context, status=form_status(form))


@require_http_methods(["GET", "POST"])
def guideline(request: PersonRequest, pk: int) -> HttpResponse:
    guideline = get_object_or_404(Guideline.objects.standing(), pk=pk)
    form = GuidelineForm(request.POST or None, initial=GuidelineForm.shown(guideline))
    if form.is_valid():
        with refusing(form):
            guideline.change(actor=request.user, at=now(), **form.fields_of_guideline())
            messages.success(request, _("Changed."))
            return redirect("studio:safeguards:guideline", pk)
    context = {"form": form, "guideline": guideline, "try_form": TryForm()}
    return page(request, "safeguards/studio/guideline.html", context, status=form_status(form))


@needs("analyst")
@require_POST
def trial(request: PersonRequest, pk: int) -> HttpResponse:
    """Try a text on one guideline, and on all of them."""
    guideline = get_object_or_404(Guideline, pk=pk)
    form = TryForm(request.POST)
    context: dict[str, Any] = {"guideline": guideline, "try_form": form, "tried": form.is_valid()}
    if form.is_valid():
        text = form.cleaned_data["text"].replace("\r\n", "\n")
        found = check(text, relationship=form.cleaned_data["relationship"], at=now())
        context["mine"] = [one for one in found if one.guideline_id == pk]
        context["others"] = [one for one in found if one.guideline_id != pk]
    context["form"] = GuidelineForm(initial=GuidelineForm.shown(guideline))
    template = "safeguards/studio/guideline.html"
    return page(request, template, context, part="trial", status=form_status(form))


@require_POST
def guideline_retire(request: PersonRequest, pk: int) -> HttpResponse:
    get_object_or_404(Guideline.objects.standing(), pk=pk).retire(actor=request.user, at=now())
    messages.success(request, _("It holds no longer. What it caught is kept."))
    return redirect("studio:safeguards:protect")


@require_http_methods(["GET", "POST"])
def incident_new(request: PersonRequest) -> HttpResponse:
    form = IncidentForm(request.POST or None, zone=House.current().zone)
    if form.is_valid():
        with refusing(form):
            made = Incident.log(actor=request.user, at=now(), **form.cleaned_data)
            return redirect("studio:safeguards:incident", made.pk)
    context = {"form": form}
    return page(request, "safeguards/studio/incident_new.html", context, status=form_status(form))


@require_safe
def incidents(request: PersonRequest) -> HttpResponse:
    rows = Incident.objects.order_by("-happened_at", "-pk")
    context = {
        "page": Paginator(rows, 30).get_page(request.GET.get("page")),
        "trend": _trend(now()),
    }
    return page(request, "safeguards/studio/incidents.html", context)


@require_http_methods(["GET", "POST"])
def incident(request: PersonRequest, pk: int) -> HttpResponse:
    moment = now()
    incident = get_object_or_404(Incident.objects.select_related("guideline", "logged_by"), pk=pk)
    form = StepForm(request.POST if "text" in request.POST else None)
    todo = FollowUpForm(request.POST if "what" in request.POST else None)
    if form.is_valid():
        with refusing(form):
            words = form.cleaned_data["text"]
            if "close" in request.POST:
                incident.close(actor=request.user, at=moment, learned=words)
            else:
                incident.note(words, actor=request.user, at=moment)
            return redirect(request.path)
    if todo.is_valid():
        incident.promise(actor=request.user, at=moment, **todo.cleaned_data)
        return redirect(request.path)
    context = {
        "incident": incident,
        "form": form,
        "todo": todo,
        "steps": incident.steps.select_related("by"),
        "follow_ups": incident.follow_ups.select_related("owner"),
    }
    status = max(form_status(form), form_status(todo))
    return page(request, "safeguards/studio/incident.html", context, status=status)


@require_POST
def follow_up(request: PersonRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(FollowUp.objects.select_related("incident"), pk=pk)
    row.finish(actor=request.user, at=now())
    return redirect("studio:safeguards:incident", row.incident.pk)


@require_http_methods(["GET", "POST"])
def rest(request: PersonRequest) -> HttpResponse:
    """How often we write, when we leave people alone, and where our links may lead."""
    moment = now()
    limit = LimitForm(request.POST if "letters" in request.POST else None)
    season = SeasonForm(request.POST if "starts_on" in request.POST else None)
    domain = DomainForm(request.POST if "domain" in request.POST else None)
    form: Any = next((one for one in (limit, season, domain) if one.is_bound), limit)
    if form.is_valid():
        with refusing(form):
            _keep_rest(form, request.user, moment)
            messages.success(request, _("Saved."))
            return redirect("studio:safeguards:rest")
    audience = contact.audience(Person.objects.partners(), purpose=Purpose.MESSAGES, at=moment)
    context = {
        "limit_form": limit,
        "season_form": season,
        "domain_form": domain,
        "limits": ContactLimit.objects.all(),
        "seasons": ClosedSeason.objects.filter(ends_on__gte=moment.date()).select_related("kind"),
        "domains": ApprovedDomain.objects.all(),
        "requests": DomainRequest.objects.select_related("person"),
        "too_often": audience.excluded.get("too_often", 0),
        "busy": audience.excluded.get("busy", 0),
    }
    return page(request, "safeguards/studio/rest.html", context, status=form_status(form))


def _keep_rest(form: Any, actor: Person, at: datetime) -> None:
    if isinstance(form, LimitForm):
        ContactLimit.set(**form.cleaned_data, actor=actor, at=at)
    elif isinstance(form, SeasonForm):
        ClosedSeason.add(actor=actor, at=at, **form.cleaned_data)
    else:
        ApprovedDomain.approve(actor=actor, at=at, **form.cleaned_data)


@require_POST
def limit_lift(request: PersonRequest, pk: int) -> HttpResponse:
    get_object_or_404(ContactLimit, pk=pk).lift(actor=request.user, at=now())
    return redirect("studio:safeguards:rest")


@require_POST
def season_drop(request: PersonRequest, pk: int) -> HttpResponse:
    get_object_or_404(ClosedSeason, pk=pk).drop(actor=request.user, at=now())
    return redirect("studio:safeguards:rest")


@require_POST
def domain_withdraw(request: PersonRequest, pk: int) -> HttpResponse:
    get_object_or_404(ApprovedDomain, pk=pk).withdraw(actor=request.user, at=now())
    messages.success(request, _("Links that lead there stop within ten seconds."))
    return redirect("studio:safeguards:rest")


@require_http_methods(["GET", "POST"])
def policies(request: PersonRequest) -> HttpResponse:
    rows = Policy.objects.current().annotate(times=Count("acceptances"))
    context = {"policies": rows, "partners": Person.objects.partners().count()}
    return page(request, "safeguards/studio/policies.html", context)


@needs("manager")
@require_http_methods(["GET", "POST"])
def policy(request: PersonRequest, slug: str) -> HttpResponse:
    current = get_object_or_404(Policy.objects.current(), slug=slug)
    initial = {"title": current.title, "version": current.version, "body": current.body}
    form = PolicyForm(request.POST or None, initial=initial)
    if form.is_valid():
        with refusing(form):
            Policy.publish(slug=slug, actor=request.user, at=now(), **form.cleaned_data)
            messages.success(request, _("Published. Partners are asked anew."))
            return redirect("studio:safeguards:policies")
    context = {"form": form, "policy": current}
    return page(request, "safeguards/studio/policy.html", context, status=form_status(form))


@require_safe
def audit(request: PersonRequest) -> HttpResponse:
    get = request.GET
    wanted = trail.Wanted(
        actor=get.get("actor", ""),
        verb=get.get("verb", ""),
        kind=get.get("kind", ""),
        subject=get.get("subject", ""),
        since=_day(get.get("since", "")),
        until=_day(get.get("until", "")),
    )
    context = {
        "page": Paginator(trail.entries(wanted), 50).get_page(get.get("page")),
        "wanted": wanted,
        "staff": Person.objects.staff().order_by("name"),
        "verbs": trail.verbs(),
    }
    return page(request, "safeguards/studio/audit.html", context)


def _day(typed: str) -> Any:
    try:
        return parse_date(typed)
    except ValueError:
        return None
