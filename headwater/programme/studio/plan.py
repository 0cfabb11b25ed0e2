from datetime import date, timedelta
from decimal import Decimal

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from headwater.ledger.models import record_staff
from headwater.listening.models import Need, has_asked
from headwater.people.requests import PersonRequest, needs
from headwater.programme import planning, verbs
from headwater.programme.forms import (
    ActivityForm,
    BudgetForm,
    CostForm,
)
from headwater.programme.models import Activity, Budget, Campaign, priced
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
