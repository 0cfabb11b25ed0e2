from datetime import date, datetime, timedelta
from io import BytesIO

import segno
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from headwater.kit.errors import Refused
from headwater.mail.personal_links import base_url
from headwater.partners.models import SocialAccount
from headwater.people.requests import PersonRequest
from headwater.safeguards.models import Hold, Review
from headwater.safeguards.relationships import CHOICES as RELATIONSHIPS
from headwater.sharing import links, results
from headwater.sharing.calendar import as_calendar
from headwater.sharing.drafting import Draft, with_work_of
from headwater.sharing.forms import DraftForm, OwnPageForm, ReminderForm, SaidForm
from headwater.sharing.models import Adaptation, Link, Message, NotForMe, Reminder, Share
from headwater.sharing.models.recall import Chase
from headwater.sharing.networks import NETWORKS, instance_of
from headwater.ui.http import page, refusing, swaps


@require_safe
def messages_to_share(request: PersonRequest) -> HttpResponse:
    moment = now()
    open_ones = Message.objects.not_set_aside_by(request.user).soonest_first()
    context = {
        "open": open_ones.meant_for(request.user, moment),
        "shared": set(Share.objects.filter(person=request.user).values_list("message", flat=True)),
        "own": results.of_person(request.user),
        "is_held": Hold.is_standing(),
        "asked_back": _asked_back(request.user.pk),
    }
    return page(request, "sharing/portal/messages.html", context)


@require_http_methods(["GET", "POST"])
def message(request: PersonRequest, pk: int) -> HttpResponse:
    moment = now()
    message = visible_message(request, pk, moment)
    if message.is_recalled:
        return _called_back(request, message)
    form = DraftForm(request.POST) if request.method == "POST" else None
    draft = _draft(request, message, moment, form)
    if form is not None and form.is_valid():
        return _work_on(request, draft)
    return _show(request, draft, status=422 if form is not None else 200)


def visible_message(request: PersonRequest, pk: int, moment: datetime) -> Message:
    """A message this person may share now, or one of theirs that was called back."""
    rows = with_work_of(Message.objects.filter(pk=pk), request.user)
    for message in rows.meant_for(request.user, moment):
        return message
    recalled = rows.select_related("recall").filter(recall__chases__person=request.user)
    return get_object_or_404(recalled)


def _draft(
    request: PersonRequest, message: Message, moment: datetime, form: DraftForm | None = None
) -> Draft:
    code = message.own_code or Link.of(request.user, message, at=moment).code
    link = f"{base_url()}/s/{code}"
    ours = message.draw.offer(request.user, at=moment).body if message.has_draw else ""
    text = message.kept_text or message.draft_for(request.user, link, ours)
    relationship = message.kept_relationship or message.relationship
    if form is not None:
        text = form.cleaned_data["text"] if form.is_valid() else str(form.data.get("text", ""))
        relationship = form.cleaned_data.get("relationship", relationship)
    return Draft(message, request.user, text, link, moment, relationship=relationship)


def _work_on(request: PersonRequest, draft: Draft) -> HttpResponse:
    """What was pressed: a check, a mend, a network, "start from ours", or a second opinion."""
    here = redirect("portal:sharing:message", draft.message.pk)
    if "again" in request.POST:
        Adaptation.objects.filter(person=draft.person, message=draft.message).delete()
        return here
    if "way" in request.POST and draft.message.has_draw:
        _begin_with(request, draft)
        return here
    if key := request.POST.get("mend"):
        mended = Draft(draft.message, draft.person, draft.mended(key), draft.link, draft.at,
                       relationship=draft.relationship)  # fmt: skip
        mended.submit()
        return here
    if "review" in request.POST:
        url = reverse("studio:sharing:message", args=[draft.message.pk])
        draft.ask_staff(url=url, note=request.POST.get("note", "")[:500])
        messages.success(request, _("It waits for a colleague now. You’ll see the answer here."))
        return here
    draft.network = request.POST.get("network", "")
    if draft.network in NETWORKS:
        draft.submit()
        if not draft.is_stopped and not draft.message.is_held:
            return redirect("portal:sharing:by_hand", draft.message.pk, draft.network)
        return _show(request, draft, status=409)
    draft.keep() if swaps(request) else draft.submit()
    return _show(request, draft)


def _begin_with(request: PersonRequest, draft: Draft) -> None:
    """The partner likes another way better: their draft begins with that one."""
    position = request.POST["way"]
    if not position.isdecimal() or len(position) > 3:
        raise Http404
    way = get_object_or_404(draft.message.draw.ways, position=int(position))
    words = draft.message.draft_for(draft.person, draft.link, way.body)
    Adaptation.keep(
        person=draft.person, message=draft.message, text=words, at=draft.at,
        relationship=draft.relationship,
    )  # fmt: skip


def _show(request: PersonRequest, draft: Draft, *, status: int = 200) -> HttpResponse:
    message, person = draft.message, draft.person
    own = results.of_person(person)
    asked = Review.objects.filter(author=person, about=message.about)
    reviews = list(asked.select_related("decision__decided_by"))
    draft.is_cleared = any(review.lets_go(draft.text) for review in reviews)  # not asked for again
    context = {
        "message": message,
        "draft": draft,
        "ways": list(message.draw.ways.all()) if message.has_draw else [],
        "relationships": RELATIONSHIPS,
        "networks": NETWORKS.values(),
        "shared": own.networks.get(message.pk, set()),
        "review": reviews[-1] if reviews else None,
        "is_held": message.is_held,
        "own": own,
        "said_form": SaidForm(),
        "page_form": OwnPageForm(),
        "weekday": None if own.weekday is None else date(2024, 1, 1 + own.weekday),
    }
    if not (swaps(request) and request.method == "POST"):
        suggested = {"due_at": _suggested(draft.at, own.weekday)}
        context["reminder_form"] = ReminderForm(zone=person.zone, initial=suggested)
    template = "sharing/portal/message.html"
    return page(request, template, context, part="looked_over", status=status)


def _suggested(at: datetime, weekday: int | None) -> datetime:
    """The next evening on this person's best day, or tomorrow's."""
    ahead = 1 if weekday is None else (weekday - at.weekday() - 1) % 7 + 1
    return (at + timedelta(days=ahead)).replace(hour=17, minute=30, second=0, microsecond=0)


@require_http_methods(["GET", "POST"])
def by_hand(request: PersonRequest, pk: int, network: str) -> HttpResponse:
    """The last step: the network opens with the words, or with the words already copied."""
    moment = now()
    message = visible_message(request, pk, moment)
    where = NETWORKS.get(network)
    if message.is_recalled or where is None:
        raise Http404
    draft = _draft(request, message, moment)
    draft.network = network
    if draft.is_stopped or message.is_held:
        return redirect("portal:sharing:message", pk)
    if request.method == "POST":
        return _said(request, message, network, moment)
    instance = _instance(request) if network == "mastodon" else ""
    context = {
        "message": message,
        "draft": draft,
        "network": where,
        "instance": instance,
        "asks_instance": network == "mastodon" and not instance,
        "open_url": where.open(
            text=draft.text, link=draft.link, subject=message.title, instance=instance
        ),
    }
    return page(request, "sharing/portal/by_hand.html", context)


def _instance(request: PersonRequest) -> str:
    """The partner's Mastodon server: as just typed, or from the account they told us of."""
    if typed := request.GET.get("instance", ""):
        return instance_of(typed)
    accounts = SocialAccount.objects.filter(person=request.user, network="mastodon")
    return instance_of(accounts[0].handle) if accounts else ""


@require_POST
def said(request: PersonRequest, pk: int) -> HttpResponse:
    """They told people, or put it on a notice board."""
    moment = now()
    form = SaidForm(request.POST)
    if not form.is_valid():
        raise Refused(_("Say where you shared it."))
    message = visible_message(request, pk, moment)
    return _said(request, message, form.cleaned_data["network"], moment)


def _said(request: PersonRequest, message: Message, network: str, at: datetime) -> HttpResponse:
    Share.say(person=request.user, message=message, network=network, at=at)
    thanks = _("Thank you, %(name)s. We’ll show you here how many people it brings.")
    messages.success(request, thanks % {"name": request.user.greeting})
    return redirect("portal:sharing:message", message.pk)


@require_POST
def not_shared(request: PersonRequest, pk: int, network: str) -> HttpResponse:
    """Pressed by mistake."""
    share = Share.objects.standing().filter(person=request.user, message=pk, network=network)
    get_object_or_404(share).take_back(at=now())
    messages.success(request, _("Taken back."))
    return redirect("portal:sharing:message", pk)


@require_POST
def not_for_me(request: PersonRequest, pk: int) -> HttpResponse:
    moment = now()
    message = visible_message(request, pk, moment)
    NotForMe.say(person=request.user, message=message, at=moment)
    messages.success(request, _("Set aside. Nobody asks why."))
    return redirect("portal:sharing:messages")


@require_POST
def reminder(request: PersonRequest, pk: int) -> HttpResponse:
    moment = now()
    message = visible_message(request, pk, moment)
    form = ReminderForm(request.POST, zone=request.user.zone)
    if form.is_valid():
        with refusing(form):
            Reminder.ask(person=request.user, message=message, at=moment, **form.cleaned_data)
            messages.success(request, _("We’ll remind you by e-mail then."))
            return redirect("portal:sharing:message", pk)
    raise Refused(" ".join(str(one) for errors in form.errors.values() for one in errors))


@require_safe
def reminder_file(request: PersonRequest, pk: int) -> HttpResponse:
    waiting = Reminder.objects.filter(person=request.user, message=pk, sent_at=None)
    reminder = get_object_or_404(waiting.select_related("message"))
    words = Adaptation.objects.filter(person=request.user, message=pk, network="").first()
    file = as_calendar(
        reminder,
        words=words.text if words and reminder.keeps_text else "",
        url=base_url() + reverse("portal:sharing:message", args=[pk]),
        at=now(),
    )
    name = {"Content-Disposition": 'attachment; filename="reminder.ics"'}
    return HttpResponse(file, content_type="text/calendar; charset=utf-8", headers=name)


@require_POST
def own_page(request: PersonRequest, pk: int) -> HttpResponse:
    """Point the link to the partner's own page, or back to ours."""
    moment = now()
    message = visible_message(request, pk, moment)
    form = OwnPageForm(request.POST)
    if not form.is_valid():
        raise Refused(_("Write the whole address of the page, beginning with https://"))
    link = Link.of(request.user, message, at=moment)
    address = form.cleaned_data["target"]
    try:
        link.point_to(address, at=moment)
    except Refused:
        link.ask_for(address, at=moment)
        raise
    messages.success(request, _("Your link leads there from now on."))
    return redirect("portal:sharing:message", pk)


@require_safe
def qr(request: PersonRequest, pk: int) -> HttpResponse:
    link = get_object_or_404(Link, person=request.user, message=pk)
    out = BytesIO()
    code = segno.make(base_url() + link.path, error="m", micro=False)
    code.save(out, kind="svg", scale=8, border=4, light="white", xmldecl=False, svgns=True)
    name = {"Content-Disposition": f'inline; filename="{link.code}.svg"'}
    return HttpResponse(out.getvalue(), content_type="image/svg+xml", headers=name)


@require_POST
def taken_down(request: PersonRequest, pk: int) -> HttpResponse:
    chase = get_object_or_404(Chase, person=request.user, recall__message=pk)
    chase.finish(at=now())
    messages.success(request, _("Thank you. That was quick, and it cost you nothing."))
    return redirect("portal:sharing:messages")


def _called_back(request: PersonRequest, message: Message) -> HttpResponse:
    chase = get_object_or_404(Chase, person=request.user, recall=message.recall)
    chase.read()
    context = {"message": message, "recall": message.recall, "chase": chase}
    return page(request, "sharing/portal/called_back.html", context)


def _asked_back(person: int) -> list[Chase]:
    rows = Chase.objects.filter(person=person, recall__ended_at=None)
    return list(rows.exclude(state=Chase.State.DONE).select_related("recall__message"))


@login_not_required
@require_safe
def picture(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """A published message's picture: networks fetch it to show a card. Drafts' are for staff."""
    rows = Message.objects.exclude(picture="")
    if not getattr(request.user, "is_staff", False):
        rows = rows.published().filter(recall=None)
    message = get_object_or_404(rows, public_id=public_id)
    headers = {"Cache-Control": "private, max-age=600", "X-Content-Type-Options": "nosniff"}
    return FileResponse(message.picture.open("rb"), content_type="image/jpeg", headers=headers)


@login_not_required
@require_safe
def link(request: HttpRequest, code: str) -> HttpResponse:
    """What the wrapper around Django passes on: links that lead nowhere, and tests without it."""
    target = links.find(code)
    if target:
        answer = HttpResponse(status=302, headers={"Location": target.address})
        answer["Cache-Control"] = links.NEVER_KEEP
        return answer
    if not links.is_code(code):
        raise Http404
    found = Link.objects.select_related("message__recall").filter(code=code).first()
    if found is None:
        raise Http404
    recall = found.message.recall if found.message and found.message.is_recalled else None
    return page(request, "sharing/public/gone.html", {"recall": recall}, status=410)
