from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from headwater.ledger.models import record_staff
from headwater.people.models import House
from headwater.people.requests import PersonRequest, needs
from headwater.programme import auditing, expecting, helping, verbs
from headwater.programme.forms import (
    AmendmentForm,
    CampaignForm,
    CostForm,
    WatchingForm,
)
from headwater.programme.models import Campaign, Lesson, Metric, Watched, priced
from headwater.ui import charts
from headwater.ui.http import form_status, page


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
        "lessons": Lesson.objects.newest(),
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
        "lots": auditing.audit(campaign),
        "helps": helping.helps(expected, campaign.metric, is_open=not campaign.is_locked),
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
        "watched": campaign.watched.select_related("metric"),
        "watching_form": WatchingForm(campaign=campaign),
        "lessons": [] if campaign.is_locked else Lesson.objects.newest(),
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


@require_POST
def watching(request: PersonRequest, pk: int) -> HttpResponse:
    campaign = get_object_or_404(Campaign, pk=pk)
    form = WatchingForm(request.POST, campaign=campaign)
    if form.is_valid():
        Watched.add(campaign, form.cleaned_data["metric"], actor=request.user, at=now())
        messages.success(request, _("It’s looked at too. It doesn’t decide."))
    else:
        messages.error(request, _("Choose a number that isn’t looked at yet."))
    return redirect("studio:programme:campaign", pk)


@needs("manager")
@require_POST
def withdrawal(request: PersonRequest, pk: int) -> HttpResponse:
    get_object_or_404(Campaign, pk=pk).withdraw(actor=request.user, at=now())
    messages.success(request, _("Withdrawn. It stays in the record."))
    return redirect("studio:programme:campaigns")
