from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Subquery, Value
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from headwater.people.models import Person
from headwater.people.requests import PersonRequest, needs
from headwater.recognition import formula, telling
from headwater.recognition.forms import RuleForm, StoryForm, ThanksForm
from headwater.recognition.models import (
    Badge,
    BoardPlace,
    Rule,
    Season,
    Story,
    Thanks,
    newest_deeds,
    unthanked,
)
from headwater.ui.http import form_status, page, refusing


@require_safe
def recognise(request: PersonRequest) -> HttpResponse:
    at = now()
    season = Season.at(at)
    waiting = Paginator(unthanked(at), 12).get_page(request.GET.get("page"))
    deeds = newest_deeds(list(waiting), at)
    rows = formula.rows(season)
    since = season.bounds[0]
    thanked = Thanks.objects.filter(at__gte=since).annotate(one=Value(1)).order_by().values("one")
    on_board = BoardPlace.objects.annotate(one=Value(1)).order_by().values("one")
    counts = Season.objects.values(
        thanked=Subquery(thanked.annotate(n=Count("person", distinct=True)).values("n")),
        on_board=Subquery(on_board.annotate(n=Count("pk")).values("n")),
    ).get(pk=season.pk)
    context = {
        "season": season,
        "page": waiting,
        "people": [(person, deeds.get(person.pk)) for person in waiting],
        "thanked": counts["thanked"] or 0,
        "sentence": formula.sentence([row.rule for row in rows]),
        "rows": rows,
        "on_board": counts["on_board"] or 0,
        "stories": Story.objects.filter(taken_down_at=None).select_related("person")[:6],
        "badges": Badge.objects.annotate(people=Count("awards")),
    }
    return page(request, "recognition/studio/recognise.html", context)


@needs("editor")
@require_http_methods(["GET", "POST"])
def thanks(request: PersonRequest, pk: int) -> HttpResponse:
    """Thank one partner by name, in one's own words."""
    person = get_object_or_404(Person.objects.partners(), pk=pk)
    at = now()
    can_mail = telling.can_mail(person, at)
    form = ThanksForm(request.POST or None, can_mail=can_mail)
    if form.is_valid():
        with refusing(form):
            given = Thanks.give(person, by=request.user, at=at, **form.cleaned_data)
            telling.mail_thanks(given, at=at)
            messages.success(request, _("%(name)s is thanked.") % {"name": person.greeting})
            return redirect("studio:recognition:recognise")
    context = {
        "person": person,
        "form": form,
        "deed": newest_deeds([person], at).get(person.pk),
        "before": person.thanks.select_related("by")[:5],
        "can_mail": can_mail,
    }
    return page(request, "recognition/studio/thanks.html", context, status=form_status(form))


@needs("manager")
@require_http_methods(["GET", "POST"])
def rule(request: PersonRequest, pk: int) -> HttpResponse:
    rule = get_object_or_404(Rule, pk=pk)
    form = RuleForm(request.POST or None, initial={"points": rule.points, "cap": rule.cap})
    if form.is_valid():
        with refusing(form):
            rule.change(actor=request.user, at=now(), **form.cleaned_data)
            messages.success(request, _("It counts from the next season on, never backwards."))
            return redirect("studio:recognition:recognise")
    context = {"rule": rule, "form": form}
    return page(request, "recognition/studio/rule.html", context, status=form_status(form))


@require_http_methods(["GET", "POST"])
def stories(request: PersonRequest, pk: int) -> HttpResponse:
    """Ask a partner whether their story may be told."""
    person = get_object_or_404(Person.objects.partners(), pk=pk)
    form = StoryForm(request.POST or None)
    if form.is_valid():
        with refusing(form):
            story = Story.ask(
                person, words=form.cleaned_data["words"], actor=request.user, at=now()
            )
            telling.mail_question(story, at=now())
            messages.success(request, _("Asked. Nothing is told without a yes."))
            return redirect("studio:recognition:recognise")
    context = {"person": person, "form": form}
    return page(request, "recognition/studio/story.html", context, status=form_status(form))


@require_POST
def told(request: PersonRequest, pk: int) -> HttpResponse:
    get_object_or_404(Story, pk=pk).tell(actor=request.user, at=now())
    messages.success(request, _("It’s told. They can take it down whenever they like."))
    return redirect("studio:recognition:recognise")
