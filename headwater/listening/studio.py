from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Count, Prefetch, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from headwater.kit.names import name_key
from headwater.ledger.models import record_staff
from headwater.listening import inviting, starting
from headwater.listening.checking import brief_checks, checks
from headwater.listening.forms import (
    AnswerForm,
    AskingForm,
    ConversationForm,
    DraftForm,
    HandsForm,
    NamesForm,
    NeedForm,
    OpeningForm,
    OptionFormSet,
    QuestionForm,
    ReminderForm,
    ResponseForm,
    SurveyForm,
    initial_options,
    options_of,
)
from headwater.listening.models import (
    Conversation,
    HandCount,
    Invitation,
    Need,
    Question,
    Reply,
    Response,
    Survey,
    Wish,
)
from headwater.listening.results import Line, Results, SurveyResults
from headwater.listening.verbs import STAFF_NEED_CHANGED, STAFF_SURVEY_CHANGED
from headwater.partners.models import Belonging, Kind
from headwater.people.models import House, Person
from headwater.people.requests import PersonRequest, needs
from headwater.safeguards.contact import REASONS, Audience
from headwater.ui import charts
from headwater.ui.http import form_status, page, refusing


@require_safe
def surveys(request: PersonRequest) -> HttpResponse:
    """Ask: every survey, what partners asked for however they said it, and what came of it."""
    moment = now()
    rows = Survey.objects.select_related("kind").counted().order_by("-created_at", "-pk")
    asked_for = _needs(moment)
    context = {
        "page": Paginator(rows, 10).get_page(request.GET.get("page")),
        "now": moment,
        "needs": asked_for,
        "unanswered": [n for n in asked_for if n.asked and not n.latest],
        "most": max((n.asked for n in asked_for), default=0),
        "ready": starting.ready_surveys(),
        "draft": DraftForm(initial={"title": _("What would help you most?")}),
        "talks": Conversation.objects.select_related("person", "logged_by")[:5],
    }
    return page(request, "listening/studio/surveys.html", context)


def _needs(moment: datetime) -> list[Any]:
    """Every need, most asked first, with its newest response and one quotation."""
    responses = Prefetch(
        "responses", Response.objects.select_related("telling"), to_attr="responded"
    )
    found: list[Any] = list(Need.objects.most_asked_first(moment).prefetch_related(responses))
    quotes: dict[int, Wish] = {}
    newest = Wish.objects.quotable().filter(person__isnull=False).order_by("at")
    for wish in newest.select_related("person").filter(need__in=found[:8])[:200]:
        quotes[wish.need_id] = wish
    for need in found:
        need.latest = need.responded[0] if need.responded else None
        need.wish = quotes.get(need.pk)
        need.bar = charts.bar(need.asked, most=max(1, found[0].asked))
    return found


@require_POST
def drafts(request: PersonRequest) -> HttpResponse:
    """Begin a survey: from a ready one, or with an empty page."""
    form = DraftForm(request.POST)
    ready = request.POST.get("ready", "")
    if not form.is_valid() and not ready:
        context = {"draft": form, "ready": starting.ready_surveys()}
        return page(request, "listening/studio/draft.html", context, status=422)
    fields = {"kind": form.cleaned_data["kind"]} if form.is_valid() else {}
    actor, moment = request.user, now()
    if ready:
        survey = starting.survey_from(ready, actor=actor, at=moment, **fields)
    else:
        title = form.cleaned_data["title"]
        survey = Survey.draft(title=title, actor=actor, at=moment, **fields)
    record_staff(STAFF_SURVEY_CHANGED, actor=actor, subject=survey, at=moment, fields=["new"])
    return redirect("studio:listening:questions", survey.pk)


@require_safe
def survey(request: PersonRequest, pk: int) -> HttpResponse:
    """What partners said: the question asked for ranked, words, and who answered."""
    rows = Survey.objects.counted().select_related("kind", "reminder")
    survey = get_object_or_404(rows, pk=pk)
    moment = now()
    if not survey.has_begun(moment):
        return redirect("studio:listening:questions", pk)
    kinds = list(Kind.objects.all())
    kind = next((k for k in kinds if k.slug == request.GET.get("kind")), None)
    if survey.is_anonymous:
        kind, kinds = None, []
    questions = list(survey.questions.prefetch_related("options"))
    results = SurveyResults(survey, kind, questions)
    shown = [results.of(q) for q in questions] if not results.is_too_few else []
    context = {
        "survey": survey,
        "results": results,
        "shown": [(result, _drawn(result)) for result in shown],
        "top": _top(shown),
        "quotations": results.quotations() if shown else [],
        "kinds": kinds,
        "kind": kind,
        "by_kind": results.by_kind(kinds) if kinds else [],
        "unfinished": results.counts["begun"] - results.counts["done"],
        "waiting": survey.waiting,
        "reminder": ReminderForm(),
        "reminded": getattr(survey, "reminder", None),
        "remind_from": _too_soon(survey, moment),
        "is_open": survey.is_open(moment),
    }
    return page(request, "listening/studio/survey.html", context)


def _too_soon(survey: Survey, at: datetime) -> datetime | None:
    """The day a reminder may go, while that is still to come."""
    earliest = inviting.may_remind_from(survey)
    return earliest if earliest and at < earliest else None


def _drawn(result: Results) -> list[tuple[Line, charts.Chart]]:
    """Each answer of a question with the bar of its share and range."""
    return [
        (
            line,
            charts.ranked(
                100 * line.share.value, 100 * line.share.low, 100 * line.share.high,
                most=result.most,
                label=_("%(answer)s: %(n)d in 100, likely %(low)d to %(high)d")
                % {
                    "answer": line.option.label,
                    "n": round(100 * line.share.value),
                    "low": round(100 * line.share.low),
                    "high": round(100 * line.share.high),
                },
            ),
        )
        for line in result.lines
    ]  # fmt: skip


ENOUGH_TO_RANK = 10  # below that, one more answer turns the order round


def _top(shown: list[Any]) -> Any:
    """The first line of the first question that has choices: what most of them want."""
    for result in shown:
        if result.lines and result.lines[0].count and result.answered >= ENOUGH_TO_RANK:
            return result.lines[0]
    return None


@require_safe
def words(request: PersonRequest, pk: int) -> HttpResponse:
    survey = get_object_or_404(Survey, pk=pk)
    results = SurveyResults(survey)
    answers = results.words() if not results.is_too_few else results.words().none()
    context = {
        "survey": survey,
        "page": Paginator(answers, 40).get_page(request.GET.get("page")),
        "too_few": results.is_too_few,
    }
    return page(request, "listening/studio/words.html", context)


# ---- The editor ----


@require_safe
def questions(request: PersonRequest, pk: int) -> HttpResponse:
    survey = get_object_or_404(Survey, pk=pk)
    first = survey.questions.first()
    if first:
        return redirect("studio:listening:question", pk, first.pk)
    return _editor(request, survey, None, QuestionForm(initial={"kind": "choose"}), None)


@require_http_methods(["GET", "POST"])
def question(request: PersonRequest, pk: int, question: int) -> HttpResponse:
    """One question and its answers. 0 is a new one."""
    survey = get_object_or_404(Survey, pk=pk)
    chosen = get_object_or_404(survey.questions, pk=question) if question else None
    data = request.POST if request.method == "POST" else None
    form = QuestionForm(data, instance=chosen, initial=None if chosen else {"kind": "choose"})
    rows = initial_options(chosen.options.all()) if chosen else []
    options = OptionFormSet(data, initial=rows, prefix="options")
    if data is not None and form.is_valid() and options.is_valid():
        with refusing(form):
            survey.refuse_changes_that_break_answers()
            saved = _save_question(survey, chosen, form, options_of(options.forms))
            record_staff(
                STAFF_SURVEY_CHANGED, actor=request.user, subject=survey, at=now(),
                fields=["questions"],
            )  # fmt: skip
            messages.success(request, _("Saved."))
            return redirect("studio:listening:question", pk, saved.pk)
    return _editor(request, survey, chosen, form, options)


def _save_question(
    survey: Survey, chosen: Question | None, form: QuestionForm, options: list[Any]
) -> Question:
    saved = form.save() if chosen else survey.add_question(**form.cleaned_data)
    saved.set_options(options if saved.has_options else [])
    return saved


def _editor(
    request: PersonRequest, survey: Survey, chosen: Question | None, form: QuestionForm,
    options: Any,
) -> HttpResponse:  # fmt: skip
    listed = list(survey.questions.prefetch_related("options"))
    status = form_status(form)
    if options is not None and options.is_bound and not options.is_valid():
        status = 422
    shown = next((q for q in listed if chosen and q.pk == chosen.pk), None)
    context = {
        "survey": survey,
        "questions": listed,
        "chosen": chosen,
        "number": listed.index(shown) + 1 if shown else len(listed) + 1,
        "form": form,
        "options": options if options is not None else OptionFormSet(prefix="options"),
        "preview": list(shown.options.all())[:4] if shown else [],
        "more": max(0, len(shown.options.all()) - 4) if shown else 0,
        "checks": checks(survey, listed),
        "settings": SurveyForm(instance=survey),
        "is_locked": survey.replies.exists(),
        "is_open": survey.is_open(now()),
    }
    return page(request, "listening/studio/questions.html", context, status=status)


@require_POST
def place(request: PersonRequest, pk: int, question: int) -> HttpResponse:
    chosen = get_object_or_404(Question, pk=question, survey=pk)
    chosen.move(1 if request.POST.get("step") == "down" else -1)
    return redirect("studio:listening:question", pk, question)


@require_POST
def removal(request: PersonRequest, pk: int, question: int) -> HttpResponse:
    chosen = get_object_or_404(Question.objects.select_related("survey"), pk=question, survey=pk)
    chosen.survey.refuse_changes_that_break_answers()
    chosen.delete()
    messages.success(request, _("The question is taken out."))
    return redirect("studio:listening:questions", pk)


@require_http_methods(["GET", "POST"])
def settings(request: PersonRequest, pk: int) -> HttpResponse:
    survey = get_object_or_404(Survey, pk=pk)
    form = SurveyForm(request.POST or None, instance=Survey.objects.get(pk=pk))
    if form.is_valid():
        with refusing(form):
            survey.change(actor=request.user, at=now(), **form.cleaned_data)
            messages.success(request, _("Saved."))
            return redirect("studio:listening:questions", pk)
    context = {"survey": survey, "form": form}
    return page(request, "listening/studio/settings.html", context, status=form_status(form))


@require_POST
def names(request: PersonRequest, pk: int) -> HttpResponse:
    survey = get_object_or_404(Survey, pk=pk)
    form = NamesForm(request.POST)
    if form.is_valid():
        survey.change(actor=request.user, at=now(), is_anonymous=form.cleaned_data["is_anonymous"])
        messages.success(request, _("Saved."))
    return redirect("studio:listening:questions", pk)


@require_POST
def copy(request: PersonRequest, pk: int) -> HttpResponse:
    survey = get_object_or_404(Survey, pk=pk).copy(actor=request.user, at=now())
    messages.success(request, _("A copy, to change as you like."))
    return redirect("studio:listening:questions", survey.pk)


# ---- Asking ----


@needs("manager")
@require_POST
def opening(request: PersonRequest, pk: int) -> HttpResponse:
    survey = get_object_or_404(Survey.objects.counted(), pk=pk)
    form = OpeningForm(request.POST)
    moment = now()
    if form.is_valid():
        last = form.cleaned_data["closes_on"]
        zone = House.current().zone
        ends = datetime.combine(last + timedelta(days=1), time.min, tzinfo=zone) if last else None
        with refusing(form):
            survey.open(actor=request.user, at=moment, closes_at=ends)
            messages.success(request, _("The survey is open. Now ask."))
            return redirect("studio:listening:asking", pk)
    return _asking(request, survey, AskingForm(), form, moment, status=form_status(form))


@needs("manager")
@require_POST
def closure(request: PersonRequest, pk: int) -> HttpResponse:
    survey = get_object_or_404(Survey, pk=pk)
    survey.close(actor=request.user, at=now())
    messages.success(request, _("The survey is closed. What was answered stays."))
    return redirect("studio:listening:survey", pk)


@needs("manager")
@require_http_methods(["GET", "POST"])
def asking(request: PersonRequest, pk: int) -> HttpResponse:
    """Choose whom to ask. The audience and who is left out stand there before anything goes."""
    survey = get_object_or_404(Survey.objects.counted(), pk=pk)
    moment = now()
    chosen = request.POST if request.method == "POST" else request.GET
    initial = {"kind": survey.kind_id}
    form = AskingForm(chosen if chosen else initial)
    if request.method == "POST" and form.is_valid():
        with refusing(form):
            people = _chosen(form, moment)
            if request.POST.get("way") == "call":
                count = inviting.call(survey, people, actor=request.user, at=moment)
                messages.success(request, _("%(n)d are on the call sheet.") % {"n": count})
                return redirect("studio:listening:call_sheet", pk)
            mailing = inviting.invite(survey, people, actor=request.user, at=moment)
            messages.success(request, _going(mailing.send_at > moment))
            return redirect("studio:listening:survey", pk)
    return _asking(request, survey, form, OpeningForm(), moment, status=form_status(form))


def _going(waits: bool) -> str:
    if waits:
        return _("The letters go in ten minutes. Until then you can take them back.")
    return _("The letters are on their way.")


def _asking(
    request: PersonRequest, survey: Survey, form: AskingForm, opening: OpeningForm,
    moment: datetime, *, status: int,
) -> HttpResponse:  # fmt: skip
    reached: Audience | None = None
    if form.is_bound and form.is_valid():
        reached = inviting.reachable(survey, _chosen(form, moment), moment)
    elif not form.is_bound:
        reached = inviting.reachable(survey, Person.objects.partners(), moment)
    left_out = reached.excluded.items() if reached else []
    context = {
        "survey": survey,
        "form": form,
        "opening": opening,
        "reached": reached,
        "left_out": [{"why": REASONS.get(why, why), "count": count} for why, count in left_out],
        "is_open": survey.is_open(moment),
        "asked": survey.asked,
        "checks": brief_checks(survey, list(survey.questions.prefetch_related("options"))),
    }
    return page(request, "listening/studio/asking.html", context, status=status)


def _chosen(form: AskingForm, moment: datetime) -> QuerySet[Person]:
    segment, kind = form.cleaned_data["segment"], form.cleaned_data["kind"]
    people: QuerySet[Person] = segment.people(moment) if segment else Person.objects.partners()
    return people.filter(belongings__kind=kind) if kind else people


@needs("manager")
@require_POST
def reminder(request: PersonRequest, pk: int) -> HttpResponse:
    survey = get_object_or_404(Survey, pk=pk)
    form = ReminderForm(request.POST)
    moment = now()
    if form.is_valid():
        note = form.cleaned_data["note"]
        mailing = inviting.remind(survey, note=note, actor=request.user, at=moment)
        messages.success(request, _going(mailing.send_at > moment))
    return redirect("studio:listening:survey", pk)


@needs("manager")
@require_safe
def call_sheet(request: PersonRequest, pk: int) -> HttpResponse:
    """Whom to ring, to print or to work through: name, number, and a way to enter the answers."""
    survey = get_object_or_404(Survey, pk=pk)
    waiting = (
        Invitation.objects.filter(survey=survey, is_done=False)
        .select_related("person").order_by("way", "person__name")
    )  # fmt: skip
    questions = survey.questions.prefetch_related("options")
    context = {
        "survey": survey,
        "page": Paginator(waiting, 60).get_page(request.GET.get("page")),
        "questions": questions,
    }
    return page(request, "listening/studio/call_sheet.html", context)


@require_http_methods(["GET", "POST"])
def sheet(request: PersonRequest, pk: int, person: str) -> HttpResponse:
    """Put down what somebody said on the phone, all questions on one page."""
    survey = get_object_or_404(Survey, pk=pk)
    who = get_object_or_404(Person.objects.partners(), public_id=person)
    return _sheet(request, survey, who)


@require_http_methods(["GET", "POST"])
def nameless_sheet(request: PersonRequest, pk: int) -> HttpResponse:
    """Put down a paper without a name on it."""
    return _sheet(request, get_object_or_404(Survey, pk=pk, is_anonymous=True), None)


def _sheet(request: PersonRequest, survey: Survey, who: Person | None) -> HttpResponse:
    data = request.POST if request.method == "POST" else None
    forms = [
        AnswerForm(question, data, prefix=f"q{question.pk}")
        for question in survey.questions.prefetch_related("options__need")
    ]
    moment = now()
    if data is not None and sum(not form.is_valid() for form in forms) == 0:
        with refusing(forms[0]):
            _enter(survey, who, forms, request.user, moment)
            messages.success(request, _("The answers are kept."))
            to = "studio:listening:call_sheet" if who else "studio:listening:nameless_sheet"
            return redirect(to, survey.pk)
    status = max(form_status(form) for form in forms)
    context = {"survey": survey, "who": who, "forms": forms}
    return page(request, "listening/studio/sheet.html", context, status=status)


@transaction.atomic
def _enter(
    survey: Survey, who: Person | None, forms: list[AnswerForm], actor: Person, at: datetime
) -> None:
    source = Reply.Source.CALL if who else Reply.Source.PAPER
    reply = Reply.enter(survey, who, actor=actor, at=at, source=source)
    for form in forms:
        reply.answer(form.question, at=at, **form.answer)
    reply.finish(at=at)


# ---- Wishes, conversations, and what came of them ----


@require_http_methods(["GET", "POST"])
def need(request: PersonRequest, slug: str) -> HttpResponse:
    """Who asked for it and in which words; what was done."""
    need = get_object_or_404(Need, slug=slug)
    return _need(request, need, ResponseForm(), NeedForm(request.POST or None, instance=need))


def _need(
    request: PersonRequest, need: Need, response: ResponseForm, form: NeedForm
) -> HttpResponse:
    moment = now()
    if form.is_valid():
        form.save()
        record_staff(
            STAFF_NEED_CHANGED, actor=request.user, subject=need, at=moment,
            fields=form.changed_data,
        )  # fmt: skip
        messages.success(request, _("Saved."))
        return redirect("studio:listening:need", need.slug)
    kinds = Prefetch("belongings", Belonging.objects.select_related("kind"))
    people = need.asked_by(moment).prefetch_related(kinds).order_by("name")
    by_source = need.wishes.filter(at__lte=moment).values("source").annotate(n=Count("pk"))
    status = max(form_status(form), form_status(response))
    context = {
        "need": need,
        "page": Paginator(people, 40).get_page(request.GET.get("page")),
        "unnamed": need.asked_without_name(moment),
        "sources": [
            {"label": Wish.Source(row["source"]).label, "count": row["n"]}
            for row in by_source.order_by("source")
        ],
        "quotes": Wish.objects.quotable().filter(need=need).select_related("person")[:12],
        "responses": need.responses.select_related("telling"),
        "response": response,
        "form": form,
    }
    return page(request, "listening/studio/need.html", context, status=status)


@require_POST
def responses(request: PersonRequest, slug: str) -> HttpResponse:
    need = get_object_or_404(Need, slug=slug)
    form = ResponseForm(request.POST)
    if form.is_valid():
        need.respond(actor=request.user, at=now(), **form.cleaned_data)
        messages.success(request, _("Everybody who asked sees it now. You may also write to them."))
        return redirect("studio:listening:need", slug)
    return _need(request, need, form, NeedForm(instance=need))


@needs("manager")
@require_POST
def telling(request: PersonRequest, pk: int) -> HttpResponse:
    response = get_object_or_404(Response.objects.select_related("need"), pk=pk)
    moment = now()
    mailing = inviting.tell(response, actor=request.user, at=moment)
    messages.success(request, _going(mailing.send_at > moment))
    return redirect("studio:listening:need", response.need.slug)


@require_http_methods(["GET", "POST"])
def conversations(request: PersonRequest) -> HttpResponse:
    """Log a talk. Looking somebody up by name comes first; the list of talks stands below."""
    moment = now()
    asked = request.GET.get("who", "").strip()[:100]
    found = _people_named(asked)
    form = ConversationForm(
        Person.objects.partners(), request.POST or None, initial={"on": moment.date()}
    )
    if form.is_valid():
        data = form.cleaned_data
        with refusing(form):
            on = datetime.combine(data["on"], time(12), tzinfo=House.current().zone)
            Conversation.log(
                data["person"], needs=data["needs"], channel=data["channel"], note=data["note"],
                quote=data["quote"], may_quote=data["may_quote"], actor=request.user,
                at=min(on, moment) if data["on"] <= moment.date() else on, logged_at=moment,
            )  # fmt: skip
            messages.success(
                request, _("Logged. %(name)s counts as asked.") % {"name": data["person"]}
            )
            return redirect("studio:listening:conversations")
    talks = Conversation.objects.select_related("person", "logged_by").prefetch_related(
        "wishes__need"
    )
    context = {
        "asked": asked,
        "found": found,
        "form": form,
        "chosen": _chosen_person(request),
        "page": Paginator(talks, 20).get_page(request.GET.get("page")),
    }
    return page(request, "listening/studio/conversations.html", context, status=form_status(form))


def _people_named(asked: str) -> list[Person]:
    key = name_key(asked)
    if not key:
        return []
    return list(Person.objects.partners().filter(name_key__contains=key).order_by("name")[:12])


def _chosen_person(request: PersonRequest) -> Person | None:
    public_id = request.POST.get("person") or request.GET.get("person", "")
    if not public_id or "\x00" in public_id:
        return None
    return Person.objects.partners().filter(public_id=public_id).first()


@require_http_methods(["GET", "POST"])
def hands(request: PersonRequest) -> HttpResponse:
    """A show of hands: how many wanted what, without anybody's name."""
    moment = now()
    form = HandsForm(request.POST or None, initial={"held_on": moment.date()})
    if form.is_valid():
        data = form.cleaned_data
        with refusing(form):
            HandCount.note(
                title=data["title"], present=data["present"], held_on=data["held_on"],
                hands=form.hands, actor=request.user, at=moment,
            )  # fmt: skip
            messages.success(
                request,
                ngettext("Noted, with %(n)d person there.", "Noted, with %(n)d people there.",
                         data["present"]) % {"n": data["present"]},
            )  # fmt: skip
            return redirect("studio:listening:surveys")
    rows = [(need, form[f"need-{need.pk}"]) for need in form.needs]
    context = {"form": form, "rows": rows, "counts": HandCount.objects.all()[:10]}
    return page(request, "listening/studio/hands.html", context, status=form_status(form))
