from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from random import Random
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core import signing
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from headwater.kit.errors import Refused
from headwater.listening.forms import AnswerForm
from headwater.listening.inviting import JOB
from headwater.listening.models import (
    Answer,
    Invitation,
    Option,
    Question,
    Reply,
    Response,
    Survey,
    Wish,
)
from headwater.mail import personal_links
from headwater.people.models import Person
from headwater.people.requests import PersonRequest
from headwater.ui.http import form_status, page, refusing

DAYS_KEPT = 30


@dataclass
class Answering:
    """Somebody in the middle of a survey, by their personal link or signed in."""

    survey: Survey
    person: Person
    by: str
    questions: list[Question]

    @property
    def source(self) -> str:
        return Reply.Source.LINK if self.by else Reply.Source.PORTAL

    @property
    def cookie(self) -> str:
        return f"reply-{self.survey.public_id}"

    def url(self, name: str = "survey", **query: object) -> str:
        path = reverse(f"portal:listening:{name}", args=[self.survey.public_id])
        asked = {**({"by": self.by} if self.by else {}), **query}
        return f"{path}?{urlencode(asked)}" if asked else path

    def key(self, request: HttpRequest) -> str:
        """The browser's own hold on a reply without a name."""
        try:
            return request.get_signed_cookie(self.cookie, default="") or ""
        except signing.BadSignature:
            return ""

    def reply(self, request: HttpRequest) -> Reply | None:
        """What they have answered so far, if anything."""
        if not self.survey.is_anonymous:
            return self.survey.replies.filter(person=self.person).first()
        key = self.key(request)
        return self.survey.replies.filter(key=key, is_done=False).first() if key else None

    @property
    def is_done(self) -> bool:
        asked = self.survey.invitations.filter(person=self.person, is_done=True)
        return (
            asked.exists() or self.survey.replies.filter(person=self.person, is_done=True).exists()
        )

    def options(self, question: Question) -> list[Option]:
        """In this person's own order where the order is shuffled; the last stays last when it
        points to no need, since it reads "none of these"."""
        options = list(question.options.all())
        if question.is_shuffled and options:
            tail = [options.pop()] if options[-1].need_id is None else []
            Random(f"{question.pk}:{self.person.pk}").shuffle(options)  # noqa: S311 (no secret)
            options += tail
        return options


def find(request: HttpRequest, public_id: str) -> Answering | HttpResponse:
    """Who is answering what; without link or sign-in, the way to sign in."""
    survey = get_object_or_404(Survey, public_id=public_id)
    by = request.GET.get("by", "")
    if by:
        found = personal_links.read(by, JOB)
        if found.key != public_id:
            raise Refused(_("This link opens something else."))
        person = found.person
    elif isinstance(request.user, Person):
        person = request.user
        get_object_or_404(Survey.objects.visible_to(person), pk=survey.pk)
    else:
        return redirect_to_login(request.get_full_path())
    questions = list(survey.questions.prefetch_related("options__need"))
    return Answering(survey, person, by, questions)


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def survey(request: HttpRequest, public_id: str) -> HttpResponse:
    """One question a screen. A GET keeps nothing; each POST keeps the answer."""
    moment = now()
    answering = find(request, public_id)
    if isinstance(answering, HttpResponse):
        return answering
    if answering.is_done:
        return redirect(answering.url("thanks"))
    if not answering.survey.is_open(moment):
        return page(request, "listening/portal/closed.html", {"survey": answering.survey})
    reply = answering.reply(request)
    place = _place(request, answering, reply)
    question = answering.questions[place - 1]
    data = request.POST if request.method == "POST" else None
    form = AnswerForm(question, data, initial=_given(reply, question))
    doing = request.POST.get("do", "continue")
    if data is not None and (doing != "continue" or form.is_valid()):
        with refusing(form):
            return _keep(request, answering, form, place, doing=doing, at=moment)
    context = _screen(answering, question, place, form, moment)
    return page(request, "listening/portal/question.html", context, status=form_status(form))


def _place(request: HttpRequest, answering: Answering, reply: Reply | None) -> int:
    """Which question: the one asked for, else the first they haven't seen off."""
    last = len(answering.questions)
    asked = request.GET.get("q", "")
    place = (
        int(asked)
        if asked.isdecimal() and len(asked) < 4
        else ((reply.reached if reply else 0) + 1)
    )
    return max(1, min(place, last))


def _keep(
    request: HttpRequest, answering: Answering, form: AnswerForm, place: int, *, doing: str,
    at: datetime,
) -> HttpResponse:  # fmt: skip
    """Keep what was given, and go where the pressed button says."""
    if doing == "back":
        return redirect(answering.url(q=max(1, place - 1)))
    reply = Reply.begin(
        answering.survey, answering.person, at=at, source=answering.source,
        key=answering.key(request),
    )  # fmt: skip
    if doing == "skip":
        reply.answer(form.question, at=at)
    elif form.is_valid() and not (doing == "later" and form.is_empty):
        reply.answer(form.question, at=at, **form.answer)
    if doing == "later":
        to = answering.url("pause")
    elif place < len(answering.questions):
        to = answering.url(q=place + 1)
    else:
        reply.finish(at=at, person=answering.person)
        to = answering.url("thanks")
    response = redirect(to)
    _hold(response, answering, reply)
    return response


def _hold(response: HttpResponseRedirect, answering: Answering, reply: Reply) -> None:
    """A reply without a name is found again by a cookie alone, and by nothing once it is done."""
    if not answering.survey.is_anonymous:
        return
    path = reverse("portal:listening:survey", args=[answering.survey.public_id])
    if reply.key:
        response.set_signed_cookie(
            answering.cookie, reply.key, max_age=DAYS_KEPT * 86_400, path=path, httponly=True,
            samesite="Lax",
        )  # fmt: skip
    else:
        response.delete_cookie(answering.cookie, path=path)


def _given(reply: Reply | None, question: Question) -> dict[str, object]:
    """What stands there already, for going back."""
    answers = list(Answer.objects.filter(reply=reply, question=question)) if reply else []
    numbers = [a.number for a in answers if a.number is not None]
    texts = [a for a in answers if a.text]
    return {
        "options": [str(a.option_id) for a in answers if a.option_id],
        "number": numbers[0] if numbers else None,
        "text": texts[0].text if texts else "",
        "may_quote": bool(texts and texts[0].may_quote),
    }


def _screen(
    answering: Answering, question: Question, place: int, form: AnswerForm, moment: datetime
) -> dict[str, object]:
    count = len(answering.questions)
    mine = Response.objects.for_person(answering.person).filter(is_refusal=False)
    mine = mine.select_related("need")
    value = {name: form[name].value() for name in form.fields}
    return {
        "survey": answering.survey,
        "answering": answering,
        "question": question,
        "options": answering.options(question),
        "chosen": {str(v) for v in value.get("options") or []},
        "number": str(value.get("number")),
        "text": value.get("text") or "",
        "may_quote": bool(value.get("may_quote")),
        "form": form,
        "place": place,
        "count": count,
        "minutes": max(1, -(-answering.survey.minutes * (count - place + 1) // count)),
        "is_first": place == 1,
        "is_last": place == count,
        "done_last_time": mine.first() if place == 1 else None,
    }


@login_not_required
@never_cache
@require_safe
def pause(request: HttpRequest, public_id: str) -> HttpResponse:
    answering = find(request, public_id)
    if isinstance(answering, HttpResponse):
        return answering
    context = {"survey": answering.survey, "answering": answering, "back": answering.url()}
    return page(request, "listening/portal/pause.html", context)


@login_not_required
@never_cache
@require_safe
def thanks(request: HttpRequest, public_id: str) -> HttpResponse:
    answering = find(request, public_id)
    if isinstance(answering, HttpResponse):
        return answering
    if not answering.is_done:
        return redirect(answering.url())
    reply = answering.reply(request)
    context = {
        "survey": answering.survey,
        "answering": answering,
        "reply": reply,
        "withdrawal": answering.url("withdrawal"),
        "responses": Response.objects.for_person(answering.person).select_related("need")[:3],
    }
    return page(request, "listening/portal/thanks.html", context)


@login_not_required
@require_POST
def withdrawal(request: HttpRequest, public_id: str) -> HttpResponse:
    """Take one's own answers out again."""
    answering = find(request, public_id)
    if isinstance(answering, HttpResponse):
        return answering
    reply = get_object_or_404(answering.survey.replies.filter(person=answering.person))
    reply.withdraw(at=now())
    messages.success(request, _("Your answers are taken out."))
    return redirect(answering.url() if answering.by else reverse("portal:listening:surveys"))


@require_safe
def surveys(request: PersonRequest) -> HttpResponse:
    """What waits for one's answer, what one has answered, and what came of it."""
    moment = now()
    asked = Invitation.objects.filter(person=request.user).select_related("survey")
    replies = Reply.objects.filter(person=request.user).select_related("survey").order_by("-pk")
    begun = {reply.survey_id: reply for reply in replies}
    waiting = [i for i in asked if not i.is_done and i.survey.is_open(moment)]
    context = {
        "waiting": [{"survey": i.survey, "reply": begun.get(i.survey_id)} for i in waiting],
        "answered": [reply for reply in replies if reply.is_done],
        "responses": Response.objects.for_person(request.user).select_related("need")[:10],
        "wishes": Wish.objects.filter(person=request.user).values_list("need__name", flat=True)
        .order_by("need__position").distinct(),
    }  # fmt: skip
    return page(request, "listening/portal/surveys.html", context)


@require_safe
def responses(request: PersonRequest) -> HttpResponse:
    """You said, we did: what came of this person's own wishes."""
    mine = Response.objects.for_person(request.user).select_related("need")
    return page(request, "listening/portal/responses.html", {"responses": mine[:50]})
