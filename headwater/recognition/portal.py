from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from headwater.jobs.models import Attempt
from headwater.kit.errors import Refused
from headwater.mail import personal_links
from headwater.people.models import Person
from headwater.people.requests import PersonRequest
from headwater.recognition import formula, telling
from headwater.recognition.forms import BoardForm, NominationForm, StoryAnswerForm
from headwater.recognition.models import Badge, BoardPlace, Nomination, Season, Story, next_badge
from headwater.recognition.models.taking_part import takes_part
from headwater.ui.http import form_status, page, refusing


@require_safe
def badges(request: PersonRequest) -> HttpResponse:
    if not takes_part(request.user):
        raise Http404
    earned = {award.badge_id: award for award in request.user.awards.all()}
    rows = [(badge, earned.get(badge.pk)) for badge in Badge.objects.all()]
    season = Season.at(now())
    rules = formula.rows(season)
    context = {
        "rows": rows,
        "next": next_badge(request.user),
        "sentence": formula.sentence([row.rule for row in rules]),
        "rules": rules,
    }
    return page(request, "recognition/portal/badges.html", context)


@require_POST
def board(request: PersonRequest) -> HttpResponse:
    """Join the board, change the name shown, or leave it."""
    if request.POST.get("leave"):
        BoardPlace.leave(request.user)
        messages.success(request, _("You’re off the board. Your points stay yours."))
        return redirect("portal:progress")
    form = BoardForm(request.POST)
    if form.is_valid():
        BoardPlace.join(request.user, at=now(), pseudonym=form.cleaned_data["pseudonym"])
        messages.success(request, _("You’re on the board, among your neighbours."))
    else:
        messages.error(request, _("Choose a shorter name, of sixty letters at most."))
    return redirect("portal:progress")


@login_not_required
@require_safe
def stories(request: HttpRequest) -> HttpResponse:
    """Stories that partners agreed to have told."""
    told = Story.objects.told(now()).select_related("person")[:40]
    return page(request, "recognition/portal/stories.html", {"stories": told})


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def story(request: HttpRequest, token: str) -> HttpResponse:
    """A partner's own story, by personal link: yes, yes in other words, no, or down."""
    found = personal_links.read(token, telling.STORY, days=3650)
    story = get_object_or_404(Story, pk=found.key, person=found.person)
    form = StoryAnswerForm(request.POST or None, initial={"words": story.words})
    if request.method == "POST" and form.is_valid():
        with refusing(form):
            _answer(story, request.POST.get("answer", ""), form.cleaned_data["words"])
            return redirect(request.path)
    context = {"story": story, "form": form, "person": found.person}
    return page(request, "recognition/portal/story.html", context, status=form_status(form))


def _answer(story: Story, answer: str, words: str) -> None:
    if answer == "down":
        story.take_down(at=now())
    elif answer in {"yes", "no"}:
        story.answer(agreed=answer == "yes", words=words if answer == "yes" else "", at=now())
    else:
        raise Refused(_("Choose yes or no."))


@require_POST
def my_story_down(request: PersonRequest, pk: int) -> HttpResponse:
    get_object_or_404(Story, pk=pk, person=request.user).take_down(at=now())
    messages.success(request, _("It’s down."))
    return redirect("portal:progress")


@require_http_methods(["GET", "POST"])
def nomination(request: PersonRequest) -> HttpResponse:
    """Name somebody who helped. The answer is the same whether or not we know the address."""
    form = NominationForm(request.POST or None)
    if form.is_valid():
        with refusing(form):
            if not Attempt.is_allowed("nomination", str(request.user.pk), at=now(), times=10):
                raise Refused(_("That’s many names in an hour. Come back later."))
            person = Person.objects.with_email(form.cleaned_data["email"]).first()
            if person:
                Nomination.name_helper(
                    person, by=request.user, words=form.cleaned_data["words"], at=now()
                )
            messages.success(request, _("Thank you for naming them. We’ll thank them too."))
            return redirect("portal:progress")
    template = "recognition/portal/nomination.html"
    return page(request, template, {"form": form}, status=form_status(form))
