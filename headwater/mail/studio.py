from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from headwater.mail import checking, setting_up
from headwater.mail import post_office as office
from headwater.mail.forms import AddressForm, ServerForm
from headwater.mail.models import (
    Check,
    Delivery,
    Mailing,
    Outgoing,
    OutgoingServer,
    Pause,
    State,
)
from headwater.mail.progress import progress, reasons, steps
from headwater.mail.reading import are_secrets_shown, shown, shown_title
from headwater.mail.shutting_in import shut_in
from headwater.mail.writing import ring
from headwater.partners.models import Suppression
from headwater.people.models import House
from headwater.people.requests import PersonRequest, needs
from headwater.ui.http import form_status, page

SHOWN = 12
FILTERS = {
    "": gettext_lazy("All"),
    "stands": gettext_lazy("Stand here"),
    "waiting": gettext_lazy("Scheduled"),
    "came_back": gettext_lazy("Came back"),
    "failed": gettext_lazy("Refused"),
    "unknown": gettext_lazy("Unknown"),
}
CHECKS = {
    "address": gettext_lazy("Public address"),
    "from": gettext_lazy("Sender"),
    "reply": gettext_lazy("Answers"),
    "postal": gettext_lazy("Postal address"),
    "server": gettext_lazy("Mail server"),
    "letter": gettext_lazy("Test letter"),
    "spf": gettext_lazy("Who may send for you (SPF)"),
    "dkim": gettext_lazy("Signature (DKIM)"),
    "dmarc": gettext_lazy("What to do with forgeries (DMARC)"),
}


@needs("manager")
@require_safe
def post_office(request: PersonRequest) -> HttpResponse:
    moment = now()
    state, words = request.GET.get("state", ""), request.GET.get("find", "").strip()
    rows = Paginator(_mailings(state, words), 25).get_page(request.GET.get("page"))
    is_open = are_secrets_shown()
    suppressions = list(Suppression.objects.select_related("person").order_by("-at")[: SHOWN + 1])
    counts = dict(Delivery.objects.values_list("state").annotate(times=Count("pk")).order_by())
    context = {
        "rows": rows,
        "lines": _lines(list(rows), is_open),
        "filters": [(key, label, counts.get(key, 0)) for key, label in FILTERS.items()],
        "total": sum(counts.values()),
        "state": state,
        "find": words,
        "standing": counts.get(State.STANDS, 0),
        "unknown": _unknown() if counts.get(State.UNKNOWN) else [],
        "outgoing": Outgoing.current(),
        "is_open": is_open,
        "suppressions": suppressions[:SHOWN],
        "suppressed": Suppression.objects.count()
        if len(suppressions) > SHOWN
        else len(suppressions),
        "moment": moment,
    }
    return page(request, "mail/studio/post_office.html", context)


def _unknown() -> QuerySet[Delivery]:
    return Delivery.objects.undecided().select_related("mailing", "person")[:20]


def _mailings(state: str, words: str) -> QuerySet[Mailing]:
    rows = Mailing.objects.order_by("-send_at", "-pk")
    mine = Delivery.objects.filter(mailing=OuterRef("pk"))
    if state in FILTERS and state:
        rows = rows.filter(Exists(mine.filter(state=state)))
    if words:
        named = mine.filter(Q(name__icontains=words) | Q(address__icontains=words))
        open_titles = Q(is_secret=False) & (Q(title__icontains=words) | Q(subject__icontains=words))
        rows = rows.filter(open_titles | Exists(named))
    return rows


def _lines(rows: list[Mailing], is_open: bool) -> list[dict[str, Any]]:
    """What the table shows: for one reader their name, for many how many, and how they stand."""
    deliveries = Delivery.objects.filter(mailing__in=rows)
    states: dict[int, dict[str, int]] = {}
    for mailing, state, times in (
        deliveries.values_list("mailing", "state").annotate(times=Count("pk")).order_by()
    ):
        states.setdefault(mailing, {})[state] = times
    singles = {row.pk for row in rows if row.is_single}
    single = {d.mailing_id: d for d in deliveries.filter(mailing__in=singles)}
    return [
        {
            "mailing": row,
            "title": shown_title(row, is_open=is_open),
            "delivery": single.get(row.pk),
            "states": [(key, State(key).label, n) for key, n in states.get(row.pk, {}).items()],
            "count": sum(states.get(row.pk, {}).values()),
        }
        for row in rows
    ]


@needs("manager")
@require_safe
def letter(request: PersonRequest, pk: int) -> HttpResponse:
    delivery = get_object_or_404(Delivery.objects.select_related("mailing", "person"), pk=pk)
    context = {
        "delivery": delivery,
        "shown": shown(delivery),
        "outgoing": Outgoing.current(),
        "house": House.current(),
        "view": request.GET.get("as", ""),
        "attachments": delivery.mailing.attachments.only("name", "kind"),
    }
    return page(request, "mail/studio/letter.html", context)


@needs("manager")
@xframe_options_sameorigin
@require_safe
def letter_body(request: PersonRequest, pk: int) -> HttpResponse:
    """The letter itself, shut in: no script, no form, nothing from elsewhere."""
    delivery = get_object_or_404(Delivery.objects.select_related("mailing"), pk=pk)
    return shut_in(shown(delivery).html)


@needs("manager")
@require_POST
def standing(request: PersonRequest) -> HttpResponse:
    ids = Delivery.objects.standing_here().values_list("pk", flat=True)
    count = office.send_standing(list(ids), actor=request.user, at=now())
    messages.success(request, _("%(count)s letters are on their way.") % {"count": count})
    return redirect("studio:mail:post_office")


@needs("manager")
@require_POST
def decision(request: PersonRequest, pk: int) -> HttpResponse:
    delivery = get_object_or_404(Delivery.objects.select_related("mailing"), pk=pk)
    choice, moment = request.POST.get("choice"), now()
    if choice == "again":
        delivery.send_again(request.user, moment)
        ring(single=delivery.is_single)
        messages.success(request, _("It goes again."))
    elif choice == "gone":
        delivery.count_as_gone(request.user, moment)
        messages.success(request, _("It counts as gone."))
    elif choice == "send":
        office.send_standing([pk], actor=request.user, at=moment)
        messages.success(request, _("It is on its way."))
    elif choice == "throw":
        office.throw_away(delivery, actor=request.user, at=moment)
        messages.success(request, _("Thrown away. The row says so."))
    return redirect("studio:mail:post_office")


@needs("manager")
@require_POST
def suppression(request: PersonRequest, pk: int) -> HttpResponse:
    office.lift(get_object_or_404(Suppression, pk=pk), actor=request.user, at=now())
    messages.success(request, _("The address can be used again."))
    return redirect("studio:mail:post_office")


@require_safe
def sending(request: PersonRequest, pk: int) -> HttpResponse:
    pauses = Prefetch("pauses", Pause.objects.select_related("paused_by", "ended_by"))
    rows = Mailing.objects.select_related("asked_by", "taking_back__actor").prefetch_related(pauses)
    mailing = get_object_or_404(rows, pk=pk)
    moment = now()
    may_see_people = request.user.is_at_least("manager")
    trouble = mailing.deliveries.filter(
        state__in=[State.CAME_BACK, State.FAILED, State.UNKNOWN, State.STANDS]
    ).order_by("-at")
    context = {
        "mailing": mailing,
        "progress": progress(mailing, moment),
        "steps": steps(mailing, moment),
        "reasons": reasons(mailing),
        "trouble": trouble.select_related("person")[:25] if may_see_people else [],
        "outgoing": Outgoing.current(),
        "moment": moment,
    }
    return page(request, "mail/studio/sending.html", context, part="sending")


@needs("manager")
@require_POST
def pause(request: PersonRequest, pk: int) -> HttpResponse:
    mailing = get_object_or_404(Mailing, pk=pk)
    if request.POST.get("end"):
        mailing.resume(request.user, now())
        ring(single=False)
    else:
        mailing.pause(request.user, now())
    return redirect("studio:mail:sending", pk)


@needs("manager")
@require_POST
def taking_back(request: PersonRequest, pk: int) -> HttpResponse:
    mailing = get_object_or_404(Mailing, pk=pk)
    count = mailing.take_back(request.user, now())
    messages.success(request, _("Taken back. %(count)s were not written to.") % {"count": count})
    return redirect("studio:mail:sending", pk)


@needs("owner")
@require_http_methods(["GET", "HEAD", "POST"])
def ready(request: PersonRequest) -> HttpResponse:
    house = House.current()
    form = AddressForm(request.POST or None, initial=AddressForm.of(house))
    if form.is_valid():
        setting_up.set_addresses(form.cleaned_data, actor=request.user, at=now())
        checking.run_all(now())
        messages.success(request, _("Kept and looked at again."))
        return redirect("studio:mail:ready")
    return _ready_page(request, form, ServerForm(initial=ServerForm.of(_row())))


@needs("owner")
@require_POST
def server(request: PersonRequest) -> HttpResponse:
    form = ServerForm(request.POST)
    if form.is_valid():
        setting_up.set_server(dict(form.cleaned_data), actor=request.user, at=now())
        checking.run_all(now())
        messages.success(request, _("Kept and looked at again."))
        return redirect("studio:mail:ready")
    return _ready_page(request, AddressForm(initial=AddressForm.of(House.current())), form)


@needs("owner")
@require_POST
def checks(request: PersonRequest) -> HttpResponse:
    if "is_on" in request.POST:
        setting_up.switch(request.POST["is_on"] == "1", actor=request.user, at=now())
    else:
        checking.run_all(now())
    return redirect("studio:mail:ready")


@needs("owner")
@require_POST
def test_letter(request: PersonRequest) -> HttpResponse:
    check = checking.send_test(request.user, now())
    (messages.success if check.is_good else messages.error)(request, check.finding)
    return redirect("studio:mail:ready")


def _row() -> OutgoingServer | None:
    return OutgoingServer.objects.filter(pk=1).first()


def _ready_page(request: PersonRequest, form: AddressForm, server_form: ServerForm) -> HttpResponse:
    found = {check.what: check for check in Check.objects.all()}
    bad = [each for each in (form, server_form) if each.is_bound and each.errors]
    context = {
        "form": form,
        "server_form": server_form,
        "checks": [(what, label, found.get(what)) for what, label in CHECKS.items()],
        "row": _row(),
        "outgoing": Outgoing.current(),
        "is_by_operator": bool(settings.SMTP_URL),
        "domain": House.current().from_email.rpartition("@")[2],
    }
    status = form_status(bad[0]) if bad else 200
    return page(request, "mail/studio/ready.html", context, status=status)
