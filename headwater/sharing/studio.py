from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Exists, OuterRef, Subquery
from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from headwater.events.models import lot
from headwater.partners.models import Purpose
from headwater.people.models import House
from headwater.people.requests import PersonRequest, needs
from headwater.safeguards import contact
from headwater.safeguards.checks import STOP, mend
from headwater.safeguards.models import Hold, Review
from headwater.sharing import converting, results
from headwater.sharing.forms import ConversionsForm, MessageForm, RecallForm, WaysForm
from headwater.sharing.models import Chase, Message, Recall, Variant, WaysDraw
from headwater.sharing.models.ways import place_of
from headwater.sharing.networks import NETWORKS
from headwater.sharing.pictures import redrawn
from headwater.sharing.publishing import look_over, preview, publish
from headwater.ui import charts
from headwater.ui.http import form_status, page, refusing, swaps


@require_safe
def message_list(request: PersonRequest) -> HttpResponse:
    moment = now()
    rows = Message.objects.select_related("publication", "recall", "segment")
    shown = Paginator(rows, 30).get_page(request.GET.get("page"))
    found = results.of_messages(list(shown))
    context = {
        "page": shown,
        "rows": [(one, one.state(moment), *found[one.pk]) for one in shown],
        "open": Message.objects.open(moment).count(),
    }
    return page(request, "sharing/studio/messages.html", context)


@require_http_methods(["GET", "POST"])
def new(request: PersonRequest) -> HttpResponse:
    form = _form(request)
    if request.method == "POST" and form.is_valid():
        with refusing(form):
            message = Message.write(actor=request.user, at=now(), **_fields(form))
            _set_short(message, form.cleaned_data["short"])
            return redirect("studio:sharing:message", message.pk)
    return _compose(request, form, None)


@require_http_methods(["GET", "POST"])
def message(request: PersonRequest, pk: int) -> HttpResponse:
    rows = Message.objects.select_related("publication", "recall", "segment", "written_by")
    shorter = Variant.objects.filter(message=OuterRef("pk")).values("body")[:1]
    rows = rows.annotate(shorter=Subquery(shorter), on_hold=Exists(Hold.objects.standing()))
    message = get_object_or_404(rows, pk=pk)
    form = _form(request, message)
    if request.method == "POST" and not swaps(request) and form.is_valid():
        with refusing(form):
            return _save(request, message, form)
    return _compose(request, form, message)


def _form(request: PersonRequest, message: Message | None = None) -> MessageForm:
    initial = MessageForm.shown(message) if message else {}
    data = request.POST if request.method == "POST" else None
    return MessageForm(data, request.FILES or None, zone=House.current().zone, initial=initial)


def _fields(form: MessageForm) -> dict[str, Any]:
    fields = {name: value for name, value in form.cleaned_data.items()
              if name not in {"upload", "short"}}  # fmt: skip
    if upload := form.cleaned_data.get("upload"):
        picture = redrawn(upload)
        picture.name = "picture.jpg"
        fields["picture"] = picture
    return fields


def _save(request: PersonRequest, message: Message, form: MessageForm) -> HttpResponse:
    moment, fields = now(), _fields(form)
    if key := request.POST.get("mend"):
        found = look_over(fields["body"], at=moment, has_target=bool(fields["target"]))
        fields["body"] = mend(fields["body"], found, key)
    message.change(actor=request.user, at=moment, **fields)
    _set_short(message, form.cleaned_data["short"])
    if "review" in request.POST:
        Review.ask(
            author=message.written_by or request.user,
            about=message.about,
            title=message.title,
            text=message.body,
            url=reverse("studio:sharing:message", args=[message.pk]),
            at=moment,
            due_at=message.starts_at,
        )
        messages.success(request, _("It waits for a colleague in Protect."))
    else:
        messages.success(request, _("Saved."))
    return redirect("studio:sharing:message", message.pk)


def _set_short(message: Message, words: str) -> None:
    if not words.strip():
        message.variants.all().delete()
        return
    message.variants.update_or_create(position=0, defaults={"label": _("Short"), "body": words})


def _compose(request: PersonRequest, form: MessageForm, message: Message | None) -> HttpResponse:
    moment = now()
    typed = form.data if form.is_bound else form.initial
    body = str(typed.get("body", "")).replace("\r\n", "\n")
    found = look_over(body, at=moment, has_target=bool(typed.get("target"))) if body else []
    context: dict[str, Any] = {
        "form": form,
        "message": message,
        "findings": found,
        "is_stopped": any(one.level == STOP for one in found),
        "rooms": [(one.name, one.left(body)) for one in NETWORKS.values()
                  if one.limit and one.limit <= 500],
        "is_held": getattr(message, "on_hold", None) if message else Hold.is_standing(),
    }  # fmt: skip
    if message:
        audience = contact.audience(message.audience(moment), purpose=Purpose.MESSAGES, at=moment)
        context |= {
            "state": message.state(moment),
            "audience": audience,
            "excluded": [(contact.REASONS[why], n) for why, n in audience.excluded.items()],
            "preview": preview(message, at=moment),
            "revisions": message.revisions.select_related("changed_by")[:12],
            "is_cleared": context["is_stopped"]
            and Review.clears(
                author=message.written_by or request.user, about=message.about, text=body
            ),
        }
    template = "sharing/studio/composer.html"
    status = 200 if swaps(request) else form_status(form)
    return page(request, template, context, part="looked_over", status=status)


@needs("manager")
@require_POST
def publication(request: PersonRequest, pk: int) -> HttpResponse:
    message = get_object_or_404(Message, pk=pk)
    publish(message, actor=request.user, at=now(), tell="tell" in request.POST)
    messages.success(request, _("It’s out. Partners see it on their page."))
    return redirect("studio:sharing:results", pk)


@require_safe
def message_results(request: PersonRequest, pk: int) -> HttpResponse:
    message = get_object_or_404(Message.objects.select_related("publication", "recall"), pk=pk)
    found = results.of_message(message)
    context = {
        "message": message,
        "found": found,
        "state": message.state(now()),
        "meant_for": message.audience(now()).count(),
        "chart": charts.spark([people for _day, people in found.days]) if found.days else None,
    }
    return page(request, "sharing/studio/results.html", context)


@needs("manager")
@require_http_methods(["GET", "POST"])
def ways(request: PersonRequest, pk: int) -> HttpResponse:
    """Two ways or more to say it, and the number with which lots decide."""
    message = get_object_or_404(Message.objects.select_related("publication", "draw"), pk=pk)
    form = WaysForm(request.POST or None)
    if form.is_valid():
        with refusing(form):
            WaysDraw.hold(message, actor=request.user, at=now(), **form.draw)
            messages.success(request, _("Set. Lots decide who is offered which first."))
            return redirect("studio:sharing:ways", pk)
    draw = message.draw if message.has_draw else None
    context = {
        "message": message,
        "draw": draw,
        "rows": draw.ways.annotate(offered=Count("offers")) if draw else [],
        "form": form,
        "allowed": House.current().lotteries_allowed,
    }
    return page(request, "sharing/studio/ways.html", context, status=form_status(form))


@needs("manager")
@require_POST
def ways_undone(request: PersonRequest, pk: int) -> HttpResponse:
    draw = get_object_or_404(WaysDraw.objects.select_related("message__publication"), message=pk)
    draw.take_back(actor=request.user, at=now())
    messages.success(request, _("Taken back. It is said in one way."))
    return redirect("studio:sharing:ways", pk)


@needs("manager")
@require_safe
def ways_lots(request: PersonRequest, pk: int) -> HttpResponseBase:
    """Everybody's lot and the way it gave, for whoever wants to draw again."""
    draw = get_object_or_404(WaysDraw, message=pk)
    answer = StreamingHttpResponse(lots_of(draw), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="lots.csv"'
    return answer


def lots_of(draw: WaysDraw) -> Iterator[str]:
    yield "public_id,lot,place,offered_first\r\n"
    offers = draw.offers.select_related("person", "way").order_by("at", "pk")
    for offer in offers.iterator(chunk_size=2000):
        code = offer.person.public_id
        lots = f"{lot(draw.number, code)},{place_of(draw.number, code):.6f}"
        yield f"{code},{lots},{offer.way.letter}\r\n"


@needs("manager")
@require_http_methods(["GET", "POST"])
def recall(request: PersonRequest, pk: int) -> HttpResponse:
    message = get_object_or_404(Message.objects.select_related("recall"), pk=pk)
    form = RecallForm(request.POST or None)
    if form.is_valid():
        with refusing(form):
            Recall.begin(message, actor=request.user, at=now(), **form.cleaned_data)
            messages.success(request, _("Called back. Its links follow within ten seconds."))
            return redirect("studio:sharing:recalls")
    context = {"message": message, "form": form, "found": results.of_message(message)}
    return page(request, "sharing/studio/recall.html", context, status=form_status(form))


@require_http_methods(["GET", "POST"])
@needs("editor")
def conversions(request: PersonRequest) -> HttpResponse:
    """A list of what came of visits, from a shop or a booking system."""
    is_sent = request.method == "POST"
    form = ConversionsForm(request.POST, request.FILES) if is_sent else ConversionsForm()
    context: dict[str, Any] = {"form": form}
    if form.is_valid():
        with refusing(form):
            file, only_try = form.cleaned_data["file"], form.cleaned_data["only_try"]
            context["told"] = converting.bring_in(
                file.read(), name=str(file.name), at=now(), only_try=only_try
            )
            context["tried"] = only_try
    template = "sharing/studio/conversions.html"
    return page(request, template, context, status=form_status(form))


@require_safe
def recalls(request: PersonRequest) -> HttpResponse:
    """Messages being called back: a page of its own, and a panel on Protect."""
    rows = Recall.objects.select_related("message")[:10]
    unfinished = Chase.objects.exclude(state=Chase.State.DONE).select_related("person")
    context = {
        "recalls": [
            (one, one.counts(), unfinished.filter(recall=one).order_by("state")[:8]) for one in rows
        ]
    }
    return page(request, "sharing/studio/recalls.html", context, part="panel")


@require_POST
def recall_end(request: PersonRequest, pk: int) -> HttpResponse:
    get_object_or_404(Recall, pk=pk).end(actor=request.user, at=now())
    messages.success(request, _("We’ve stopped asking. It stays called back."))
    return redirect("studio:sharing:recalls")


@require_POST
def chase(request: PersonRequest, pk: int, chase: int) -> HttpResponse:
    """A colleague looked, or rang: the post is gone."""
    row = get_object_or_404(Chase, pk=chase, recall=pk)
    row.finish(at=now(), actor=request.user)
    messages.success(request, _("Noted."))
    return redirect("studio:sharing:recalls")
