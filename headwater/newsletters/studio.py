from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.timezone import is_naive, make_aware, now
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from headwater.ledger.models import record_staff
from headwater.mail.letters import filled, letter
from headwater.mail.models import Delivery, Mailing, State
from headwater.mail.shutting_in import shut_in
from headwater.newsletters import pictures, verbs
from headwater.newsletters import sending as sends
from headwater.newsletters.blocks import KINDS, reading_seconds, words
from headwater.newsletters.blocks import parts as parts_of
from headwater.newsletters.forms import (
    PART_FORMS,
    EnvelopeForm,
    NewIssueForm,
    NewsletterForm,
    WhenForm,
)
from headwater.newsletters.models import Issue, Newsletter
from headwater.newsletters.tasks import prepare_sendings
from headwater.partners.models import Purpose
from headwater.people.models import House
from headwater.people.requests import PersonRequest, needs
from headwater.ui.http import form_status, page, refusing


@require_http_methods(["GET", "HEAD", "POST"])
def issues(request: PersonRequest) -> HttpResponse:
    moment = now()
    main = Newsletter.main(moment)
    form = NewIssueForm(request.POST or None, initial={"newsletter": main.pk})
    if form.is_valid():
        values = form.cleaned_data
        made = Issue.begin(
            values["newsletter"], actor=request.user, at=moment, title=values["title"],
            kind=values["kind"],
        )  # fmt: skip
        return redirect("studio:newsletters:issue", made.pk)
    found = Issue.objects.select_related("newsletter", "sending__mailing").order_by("-created_at")
    rows = Paginator(found, 25).get_page(request.GET.get("page"))
    lines = _lines(list(rows), moment)
    coming = [line["issue"] for line in lines if line["is_scheduled"]]
    context = {
        "rows": rows,
        "lines": lines,
        "next": min(coming, key=lambda issue: issue.sending.send_at, default=None),
        "drafts": sum(not line["issue"].is_sent for line in lines),
        "form": form,
        "lists": [_list(one) for one in Newsletter.objects.filter(ended_at=None)],
    }
    return page(request, "newsletters/studio/issues.html", context, status=form_status(form))


def _lines(rows: list[Issue], at: datetime) -> list[dict[str, Any]]:
    mailings = [row.sending.mailing_id for row in rows if row.is_sent]
    counts: dict[int, dict[str, int]] = {}
    states = Delivery.objects.filter(mailing__in=mailings).order_by()
    for mailing, state, n in states.values_list("mailing", "state").annotate(n=Count("pk")):
        counts.setdefault(mailing, {})[state] = n
    lines = []
    for row in rows:
        sums = counts.get(row.sending.mailing_id or 0, {}) if row.is_sent else {}
        waiting = sums.get("waiting", 0) + sums.get("claimed", 0)
        lines.append({
            "issue": row,
            "went": sums.get("sent", 0) + sums.get("came_back", 0) + sums.get("stands", 0),
            "waiting": waiting,
            "is_scheduled": row.is_sent and row.sending.send_at > at,
        })  # fmt: skip
    return lines


def _list(newsletter: Newsletter) -> dict[str, Any]:
    grounds = newsletter.grounds()
    words_of = {
        "consent": _("consent"),
        "contract": _("contract"),
        "interest": _("legitimate interest"),
    }
    return {
        "newsletter": newsletter,
        "readers": sum(grounds.values()),
        "grounds": [(words_of[ground], n) for ground, n in grounds.items()],
        "form": NewsletterForm(
            initial={"name": newsletter.name, "promise": newsletter.promise},
            prefix=f"list{newsletter.pk}",
        ),
    }


@require_POST
def newsletter(request: PersonRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Newsletter, pk=pk)
    form = NewsletterForm(request.POST, prefix=f"list{pk}")
    if form.is_valid():
        found.name, found.promise = form.cleaned_data["name"], form.cleaned_data["promise"]
        found.save(update_fields=["name", "promise"])
        record_staff(
            verbs.STAFF_NEWSLETTER_CHANGED, actor=request.user, subject=found, at=now(),
            fields=["name", "promise"],
        )  # fmt: skip
        messages.success(request, _("Kept."))
    else:
        messages.error(request, _("A newsletter needs a name."))
    return redirect("studio:newsletters:issues")


@require_safe
def issue(request: PersonRequest, pk: int) -> HttpResponse:
    found = _issue(pk)
    form = EnvelopeForm(initial=EnvelopeForm.of(found))
    return _composer(request, found, envelope_form=form)


def _issue(pk: int) -> Issue:
    rows = Issue.objects.select_related("newsletter", "segment", "sending__mailing")
    return get_object_or_404(rows, pk=pk)


def _leaves(issue: Issue) -> bool:
    """Whether a letter of it is still to go; before it is handed over, all of them are."""
    mailing = issue.sending.mailing
    if mailing is None:
        return True
    return mailing.deliveries.filter(state__in=[State.WAITING, State.CLAIMED]).exists()


def _composer(request: PersonRequest, found: Issue, **forms: Any) -> HttpResponse:
    moment = now()
    shown = parts_of(found, moment)
    chosen = forms.pop("chosen", "") or request.GET.get("part") or request.POST.get("chosen", "")
    chosen_part = next((part for part in shown if part.id == chosen), None)
    part_form = forms.get("part_form")
    if chosen_part and part_form is None:
        part_form = PART_FORMS[chosen_part.kind](initial=found.block(chosen))
    looks = sends.looked_over(found, shown, moment)
    context = {
        "issue": found,
        "has_gone": found.is_sent and not _leaves(found),
        "parts": shown,
        "kinds": KINDS.items(),
        "chosen": chosen_part,
        "part_form": part_form,
        "envelope_form": forms.get("envelope_form") or EnvelopeForm(initial=EnvelopeForm.of(found)),
        "when_form": forms.get("when_form") or WhenForm(),
        "looks": looks,
        "stops": sum(look.level == "stop" for look in looks),
        "readers": sends.readers(found, moment),
        "grounds": _list(found.newsletter)["grounds"],
        "seconds": reading_seconds(shown),
        "view": request.GET.get("as", ""),
    }
    bound = [form for form in forms.values() if form is not None and form.is_bound]
    status = form_status(bound[0]) if bound else 200
    return page(request, "newsletters/studio/issue.html", context, status=status)


@require_POST
def envelope(request: PersonRequest, pk: int) -> HttpResponse:
    found = _issue(pk)
    form = EnvelopeForm(request.POST)
    if form.is_valid():
        with refusing(form):
            found.change(actor=request.user, at=now(), **form.cleaned_data)
            messages.success(request, _("Kept."))
            return redirect("studio:newsletters:issue", pk)
    return _composer(request, found, envelope_form=form)


@require_POST
def parts(request: PersonRequest, pk: int) -> HttpResponse:
    """Add an empty part of a kind at the end, and open it."""
    kind = request.POST.get("kind", "text")
    kind = kind if kind in KINDS else "text"
    block = _issue(pk).put_block({"kind": kind}, actor=request.user, at=now())
    return _to_part(pk, block["id"])


@require_POST
def part(request: PersonRequest, pk: int, ident: str) -> HttpResponse:
    found, moment = _issue(pk), now()
    before = found.block(ident)
    deed = request.POST.get("deed", "")
    if deed in {"up", "down"}:
        found.move_block(ident, -1 if deed == "up" else 1, actor=request.user, at=moment)
        return _to_part(pk, ident)
    if deed == "drop":
        found.drop_block(ident, actor=request.user, at=moment)
        return redirect("studio:newsletters:issue", pk)
    form = PART_FORMS[before["kind"]](request.POST, request.FILES)
    if form.is_valid():
        with refusing(form):
            block = form.block(before["kind"], before)
            if file := form.cleaned_data.get("file"):
                block["ref"] = pictures.keep(file, actor=request.user, at=moment).public_id
            found.put_block(block, actor=request.user, at=moment)
            messages.success(request, _("Kept."))
            return _to_part(pk, ident)
    return _composer(request, found, part_form=form, chosen=ident)


def _to_part(pk: int, ident: str) -> HttpResponse:
    response = redirect("studio:newsletters:issue", pk)
    response["Location"] += f"?part={ident}"
    return response


@xframe_options_sameorigin
@require_safe
def preview(request: PersonRequest, pk: int) -> HttpResponse:
    """The letter as it would arrive, filled for whoever looks, shut in."""
    found, moment = _issue(pk), now()
    made = words(found, parts_of(found, moment))
    mailing = Mailing(
        title=made.subject, subject=made.subject, preview=made.preview, text=made.text,
        body=made.body, purpose=Purpose.NEWSLETTER, asked_at=moment, send_at=moment,
        from_name=found.from_name,
    )  # fmt: skip
    whole = letter(mailing)
    values = {"name": request.user.name, "greeting": request.user.greeting, "unsubscribe": "#"}
    if request.GET.get("as") == "words":
        text = filled(whole.text, values)
        return HttpResponse(text, content_type="text/plain; charset=utf-8")
    return shut_in(filled(whole.html, values, is_html=True))


@require_POST
def test(request: PersonRequest, pk: int) -> HttpResponse:
    if sends.send_test(_issue(pk), to=request.user, at=now()):
        messages.success(request, _("A test is on its way to you."))
    else:
        messages.error(request, _("We may not write to your own address. Look in the post office."))
    return redirect("studio:newsletters:issue", pk)


@needs("manager")
@require_http_methods(["GET", "HEAD", "POST"])
def sending(request: PersonRequest, pk: int) -> HttpResponse:
    """POST sends the issue on its way; GET leads to how the sending goes."""
    found = _issue(pk)
    if request.method != "POST":
        handed_over = found.is_sent and found.sending.mailing_id
        if handed_over:
            return redirect("studio:mail:sending", found.sending.mailing_id)
        return redirect("studio:newsletters:issue", pk)
    form = WhenForm(request.POST)
    if form.is_valid():
        with refusing(form):
            moment = form.cleaned_data["send_at"]
            if moment and is_naive(moment):
                moment = make_aware(moment, House.current().zone)
            sends.schedule(found, actor=request.user, at=now(), send_at=moment)
            prepare_sendings()
            return redirect("studio:newsletters:sending", pk)
    return _composer(request, found, when_form=form)


@require_POST
def removal(request: PersonRequest, pk: int) -> HttpResponse:
    _issue(pk).throw_away(actor=request.user, at=now())
    messages.success(request, _("Thrown away."))
    return redirect("studio:newsletters:issues")
