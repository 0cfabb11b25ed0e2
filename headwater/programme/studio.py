from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.text import slugify
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from headwater.kit.names import random_code
from headwater.ledger.models import record_staff
from headwater.listening.models import Need, has_asked
from headwater.people.models import House
from headwater.people.requests import PersonRequest, needs
from headwater.programme import expecting, planning, verbs
from headwater.programme.forms import (
    ActivityForm,
    AmendmentForm,
    BudgetForm,
    CampaignForm,
    CostForm,
    MetricForm,
    WeeksForm,
)
from headwater.programme.models import Activity, Budget, Campaign, Metric, note_outcomes, priced
from headwater.ui import charts
from headwater.ui.http import form_status, page, refusing

MONTHS_SHOWN = 5


def _months_from(day: date, months: int) -> tuple[date, date]:
    first = day.replace(day=1)
    last = first
    for _month in range(months):
        last = (last + timedelta(days=32)).replace(day=1)
    return first, last - timedelta(days=1)


@require_safe
def plan(request: PersonRequest) -> HttpResponse:
    at = now()
    try:
        start = date.fromisoformat(request.GET.get("from", ""))
    except ValueError:
        start = localdate()
    first, last = _months_from(start, MONTHS_SHOWN)
    order = request.GET.get("order", "both")
    wanted = planning.asked_and_lacking(at, order)
    rows = planning.timeline(first, last, at)
    context = {
        "wanted": [row for row in wanted if row.asked or row.lacking is not None][:12],
        "unplanned": [row for row in wanted if row.asked and not row.planned],
        "order": order,
        "rows": rows,
        "head": charts.span_head(first=first, last=last, today=localdate()),
        "first": first,
        "last": last,
        "earlier": _months_from(first - timedelta(days=140), 1)[0],
        "later": last + timedelta(days=1),
        "money": planning.money(max(localdate(), first)),
        "clashes": planning.clashes([row.activity for row in rows]),
        "decided": sum(row.activity.state != Activity.State.PROPOSED for row in rows),
        "has_asked": has_asked(at=at),
    }
    return page(request, "programme/studio/plan.html", context)


@require_http_methods(["GET", "POST"])
def new_activity(request: PersonRequest) -> HttpResponse:
    need = Need.objects.filter(slug=request.GET.get("need", "")).first()
    initial = {"need": need, "gauge": need.gauge if need else None}
    form = ActivityForm(request.POST or None, initial=initial)
    if form.is_valid():
        with refusing(form):
            data = form.cleaned_data
            money, hours = (data.pop(key) or Decimal(0) for key in ("money", "hours"))
            activity = Activity.plan(actor=request.user, at=now(), money=money, hours=hours, **data)
            messages.success(request, _("It stands in the plan, not decided yet."))
            return redirect("studio:programme:activity", activity.pk)
    context = {"form": form, "has_asked": has_asked(at=now())}
    return page(request, "programme/studio/edit.html", context, status=form_status(form))


@require_safe
def activity(request: PersonRequest, pk: int) -> HttpResponse:
    activity = get_object_or_404(
        Activity.objects.with_costs().select_related("need", "event", "segment"), pk=pk
    )
    context = {
        "activity": activity,
        "costs": activity.costs.all(),
        "cost_form": CostForm(initial={"on": activity.starts_on}),
        "priced": priced(activity.money, activity.hours),
        "asked": activity.need.asked_by(now()).count() if activity.need else 0,
        "unnamed": activity.need.asked_without_name(now()) if activity.need else 0,
        "same_day": Activity.objects.on_the_same_day(activity),
    }
    return page(request, "programme/studio/activity.html", context)


@require_http_methods(["GET", "POST"])
def edit_activity(request: PersonRequest, pk: int) -> HttpResponse:
    activity = get_object_or_404(Activity, pk=pk)
    form = ActivityForm(request.POST or None, instance=activity)
    del form.fields["money"], form.fields["hours"]
    if form.is_valid():
        with refusing(form), transaction.atomic():
            form.save()
            record_staff(
                verbs.STAFF_ACTIVITY_CHANGED, actor=request.user, subject=activity, at=now(),
                fields=form.changed_data,
            )  # fmt: skip
            messages.success(request, _("Saved."))
            return redirect("studio:programme:activity", pk)
    context = {"form": form, "activity": activity, "has_asked": True}
    return page(request, "programme/studio/edit.html", context, status=form_status(form))


@require_POST
def decision(request: PersonRequest, pk: int) -> HttpResponse:
    activity = get_object_or_404(Activity.objects.select_related("event", "need"), pk=pk)
    event = activity.event
    url = reverse("portal:events:event", args=[event.slug]) if event else ""
    activity.decide(actor=request.user, at=now(), url=url)
    messages.success(request, _("Decided. Those who asked for it can see so."))
    return redirect("studio:programme:activity", pk)


@require_POST
def dropping(request: PersonRequest, pk: int) -> HttpResponse:
    get_object_or_404(Activity, pk=pk).drop(actor=request.user, at=now())
    messages.success(request, _("It’s out of the plan. It stays in the record."))
    return redirect("studio:programme:plan")


@require_POST
def costs(request: PersonRequest, pk: int) -> HttpResponse:
    activity = get_object_or_404(Activity, pk=pk)
    return _add_cost(request, activity, "studio:programme:activity", pk)


@require_POST
def campaign_costs(request: PersonRequest, pk: int) -> HttpResponse:
    campaign = get_object_or_404(Campaign, pk=pk)
    return _add_cost(request, campaign, "studio:programme:campaign", pk)


def _add_cost(
    request: PersonRequest, thing: Activity | Campaign, where: str, pk: int
) -> HttpResponse:
    form = CostForm(request.POST)
    if not form.is_valid():
        messages.error(
            request, _("Write what it was for, a sum that isn’t below nought, and a day.")
        )
        return redirect(where, pk)
    with transaction.atomic():
        cost = form.save(commit=False)
        setattr(cost, thing._meta.model_name or "", thing)
        cost.save()
        verb = (
            verbs.STAFF_ACTIVITY_CHANGED
            if isinstance(thing, Activity)
            else verbs.STAFF_CAMPAIGN_CHANGED
        )
        record_staff(verb, actor=request.user, subject=thing, at=now(), fields=["costs"])
    return redirect(where, pk)


@needs("manager")
@require_http_methods(["GET", "POST"])
def budget(request: PersonRequest) -> HttpResponse:
    standing = Budget.at(localdate())
    form = BudgetForm(request.POST or None, instance=standing)
    if form.is_valid():
        with transaction.atomic():
            saved = form.save()
            record_staff(
                verbs.STAFF_BUDGET_SET, actor=request.user, subject=saved, at=now(),
                fields=form.changed_data,
            )  # fmt: skip
        return redirect("studio:programme:plan")
    context = {"form": form, "budgets": Budget.objects.all()}
    return page(request, "programme/studio/budget.html", context, status=form_status(form))


@require_safe
def campaigns(request: PersonRequest) -> HttpResponse:
    today = localdate()
    rows = Campaign.objects.select_related("metric", "need").prefetch_related("costs")
    context = {"campaigns": rows, "today": today, "metrics": Metric.objects.all()}
    return page(request, "programme/studio/campaigns.html", context)


@require_http_methods(["GET", "POST"])
def new_campaign(request: PersonRequest) -> HttpResponse:
    form = CampaignForm(request.POST or None)
    if form.is_valid():
        with transaction.atomic():
            campaign = form.save(commit=False)
            campaign.created_at = now()
            campaign.save()
            form.save_m2m()
            record_staff(
                verbs.STAFF_CAMPAIGN_CHANGED, actor=request.user, subject=campaign, at=now(),
                fields=["new"],
            )  # fmt: skip
        return redirect("studio:programme:campaign", campaign.pk)
    context = {
        "form": form,
        "metrics": Metric.objects.exists(),
        "is_past": "past" in request.GET,
    }
    return page(request, "programme/studio/campaign_edit.html", context, status=form_status(form))


@require_safe
def campaign(request: PersonRequest, pk: int) -> HttpResponse:
    campaign = get_object_or_404(
        Campaign.objects.select_related("metric", "need", "segment", "registered_by"), pk=pk
    )
    expected = expecting.expect(campaign, now())
    money, hours = campaign.costs_in_all()
    context = {
        "campaign": campaign,
        "expected": expected,
        "sight": _sight(campaign, expected),
        "odds": expected.sight.odds_of_seeing(float(campaign.aim)) if expected.sight else None,
        "costs": campaign.costs.all(),
        "cost_form": CostForm(initial={"on": campaign.starts_on}),
        "money": money,
        "hours": hours,
        "priced": priced(money, hours),
        "each": _each(priced(money, hours), campaign),
        "amendments": campaign.amendments.select_related("who"),
        "amendment_form": AmendmentForm(),
        "house": House.current(),
        "has_begun": localdate() >= campaign.starts_on,
    }
    return page(request, "programme/studio/campaign.html", context)


def _each(total: Any, campaign: Campaign) -> Any:
    return total / campaign.aim if total is not None else None


def _sight(campaign: Campaign, expected: expecting.Expectation) -> charts.Chart | None:
    if not expected.sight:
        return None
    reach = 1.96 * expected.sight.standard_error
    aim = float(campaign.aim)
    return charts.sight(
        expected.sight.smallest,
        aim=aim,
        low=aim - reach,
        high=aim + reach,
        unit=campaign.metric.unit,
    )


@require_http_methods(["GET", "POST"])
def edit_campaign(request: PersonRequest, pk: int) -> HttpResponse:
    campaign = get_object_or_404(Campaign.objects.filter(registered_at=None), pk=pk)
    form = CampaignForm(request.POST or None, instance=campaign)
    if form.is_valid():
        with transaction.atomic():
            form.save()
            record_staff(
                verbs.STAFF_CAMPAIGN_CHANGED, actor=request.user, subject=campaign, at=now(),
                fields=form.changed_data,
            )  # fmt: skip
        return redirect("studio:programme:campaign", pk)
    context = {"form": form, "campaign": campaign, "metrics": True}
    return page(request, "programme/studio/campaign_edit.html", context, status=form_status(form))


@needs("manager")
@require_POST
def registration(request: PersonRequest, pk: int) -> HttpResponse:
    get_object_or_404(Campaign, pk=pk).register(actor=request.user, at=now())
    messages.success(request, _("Locked. From now on changes stand beside it."))
    return redirect("studio:programme:campaign", pk)


@needs("manager")
@require_POST
def looking_back(request: PersonRequest, pk: int) -> HttpResponse:
    get_object_or_404(Campaign, pk=pk).look_back(actor=request.user, at=now())
    messages.success(request, _("Noted, and marked as noted afterwards."))
    return redirect("studio:programme:campaign", pk)


@needs("manager")
@require_POST
def market_draw(request: PersonRequest, pk: int) -> HttpResponse:
    campaign = get_object_or_404(Campaign, pk=pk)
    number = request.POST.get("number", "")
    drawn = campaign.draw_markets(number, actor=request.user, at=now())
    names = ", ".join(market.name for market in drawn)
    messages.success(request, _("It runs in %(names)s. The others start later.") % {"names": names})
    return redirect("studio:programme:campaign", pk)


@needs("manager")
@require_POST
def amendments(request: PersonRequest, pk: int) -> HttpResponse:
    campaign = get_object_or_404(Campaign, pk=pk)
    form = AmendmentForm(request.POST)
    if form.is_valid():
        campaign.amend(actor=request.user, at=now(), **form.cleaned_data)
        messages.success(request, _("It stands beside the first line, with your name."))
    else:
        messages.error(request, _("Say what it should read, and why."))
    return redirect("studio:programme:campaign", pk)


@needs("manager")
@require_POST
def withdrawal(request: PersonRequest, pk: int) -> HttpResponse:
    get_object_or_404(Campaign, pk=pk).withdraw(actor=request.user, at=now())
    messages.success(request, _("Withdrawn. It stays in the record."))
    return redirect("studio:programme:campaigns")


@require_http_methods(["GET", "POST"])
def new_metric(request: PersonRequest) -> HttpResponse:
    form = MetricForm(request.POST or None)
    if form.is_valid():
        metric = form.save(commit=False)
        slug = slugify(metric.name)[:40]
        taken = not slug or Metric.objects.filter(slug=slug).exists()
        metric.slug = f"{slug}-{random_code(4)}" if taken else slug
        metric.save()
        return redirect("studio:programme:metric", metric.pk)
    return page(request, "programme/studio/metric.html", {"form": form}, status=form_status(form))


@require_http_methods(["GET", "POST"])
def metric(request: PersonRequest, pk: int) -> HttpResponse:
    """What is counted, where, and week by week."""
    metric = get_object_or_404(Metric, pk=pk)
    form = MetricForm(request.POST or None, instance=metric)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Saved."))
        return redirect("studio:programme:metric", pk)
    markets = metric.markets.prefetch_related("outcomes")
    context = {"form": form, "metric": metric, "markets": markets, "weeks_form": WeeksForm()}
    return page(request, "programme/studio/metric.html", context, status=form_status(form))


@require_POST
def weeks(request: PersonRequest, pk: int) -> HttpResponse:
    metric = get_object_or_404(Metric, pk=pk)
    form = WeeksForm(request.POST)
    if not form.is_valid():
        context = {
            "form": MetricForm(instance=metric),
            "metric": metric,
            "markets": metric.markets.prefetch_related("outcomes"),
            "weeks_form": form,
        }
        return page(request, "programme/studio/metric.html", context, status=422)
    by_place: dict[str, list[Any]] = {}
    for place, day, value in form.cleaned_data["weeks"]:
        by_place.setdefault(place, []).append((day, value))
    is_ours = not request.POST.get("compare")
    with transaction.atomic():
        for place, values in by_place.items():
            market, _new = metric.markets.get_or_create(name=place, defaults={"is_ours": is_ours})
            note_outcomes(market, values, actor=request.user, at=now())
    messages.success(request, _("Kept. A week counted twice has the later number."))
    return redirect("studio:programme:metric", pk)
