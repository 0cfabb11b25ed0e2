from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.crypto import get_random_string
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from headwater.jobs.models import Attempt, IdempotencyKey
from headwater.kit.errors import Refused
from headwater.library import shelves
from headwater.library.feed import tips_feed
from headwater.library.files import as_download
from headwater.library.forms import CodeForm, CommentForm, EvidenceForm, FindForm
from headwater.library.models import (
    Article,
    Comment,
    Resource,
    ResourceCode,
    Tip,
    TipDone,
)
from headwater.people.models import House, Person
from headwater.people.requests import PersonRequest
from headwater.ui.http import form_status, page, refusing

OPENED = "library_codes"  # the codes that this visit has opened, for those without an account


@login_not_required
@require_safe
def tips(request: HttpRequest) -> HttpResponse:
    house, form = House.current(), FindForm(request.GET)
    out = Tip.objects.published(now()).for_reader(language_of(request, house)).latest_first()
    rows = form.narrowed(out, house).select_related("category").defer("search_text", "insight")
    context = {
        "page": Paginator(rows, 20).get_page(request.GET.get("page")),
        "form": form,
        "house": house,
        "months": out.months(house.zone)[:24],
        "code_form": CodeForm(),
        **shelves.subjects(out),
    }
    return page(request, "library/portal/tips.html", context, part="found")


@login_not_required
@require_safe
def feed(request: HttpRequest) -> HttpResponse:
    rows = Tip.objects.published(now()).for_reader(House.current().language)
    return tips_feed(request, rows.order_by("-published_at").select_related("category")[:50])


@login_not_required
@require_safe
def tip(request: HttpRequest, slug: str) -> HttpResponse:
    at = now()
    tip = get_object_or_404(
        Tip.objects.visible_to(request.user, at).with_done_counts().select_related("category"),
        slug=slug,
    )
    known, house = person_of(request), House.current()
    if known is not None:
        tip.note_reading(known, at, house.zone)
    context = _about(tip, request, known) | {"house": house}
    return page(request, "library/portal/tip.html", context)


def _about(
    tip: Tip, request: HttpRequest, known: Person | None, comment_form: CommentForm | None = None
) -> dict[str, Any]:
    at = now()
    before, after = tip.neighbours(at)
    return {
        "tip": tip,
        "before": before,
        "after": after,
        "goes_with": tip.goes_with(at)[:3],
        "done": TipDone.objects.filter(tip=tip, person=known).first() if known else None,
        "is_out": tip.is_out(at),
        "comments": tip.comments.shown(),
        "comment_form": comment_form or _fresh_comment(known),
        "evidence_form": EvidenceForm(),
        "code_form": CodeForm(),
        "url": request.build_absolute_uri(request.path),
    }


def _fresh_comment(known: Person | None) -> CommentForm:
    key = get_random_string(20)
    return CommentForm(initial={"key": key, "name": known.name if known else ""})


@require_POST
def done(request: PersonRequest, slug: str) -> HttpResponse:
    tip = get_object_or_404(Tip.objects.published(now()), slug=slug)
    tip.mark_done(request.user, now())
    thanks = _("Thank you, %(name)s, for telling us. It’s noted that you did this.")
    messages.success(request, thanks % {"name": request.user.greeting})
    return redirect("portal:library:tip", tip.slug)


@require_POST
def evidence(request: PersonRequest, slug: str) -> HttpResponse:
    row = get_object_or_404(
        TipDone.objects.select_related("tip"), tip__slug=slug, person=request.user
    )
    form = EvidenceForm(request.POST)
    if form.is_valid():
        with refusing(form):
            row.show(form.cleaned_data["url"], now())
            messages.success(request, _("Thank you. We’ll learn from it."))
            return redirect("portal:library:tip", slug)
    context = _about(row.tip, request, request.user) | {"evidence_form": form}
    return page(request, "library/portal/tip.html", context, status=form_status(form))


@login_not_required
@require_POST
def comments(request: HttpRequest, slug: str) -> HttpResponse:
    tip = get_object_or_404(Tip.objects.published(now()), slug=slug)
    form, known = CommentForm(request.POST), person_of(request)
    if form.is_valid():
        with refusing(form):
            _leave(tip, form, request, known)
            note = _("Thank you. A colleague reads it first, then it stands under the tip.")
            messages.success(request, note)
            return redirect("portal:library:tip", slug)
    context = _about(tip, request, known, form)
    return page(request, "library/portal/tip.html", context, status=form_status(form))


def _leave(tip: Tip, form: CommentForm, request: HttpRequest, known: Person | None) -> None:
    if form.is_by_a_machine:
        return
    at = now()
    if not Attempt.is_allowed("library.comment", visitor(request), at=at, times=10):
        raise Refused(_("That’s many comments in an hour. Please come back in a while."))
    key = form.cleaned_data["key"]
    if IdempotencyKey.is_new(f"library.comment:{key}" if key else "", at):
        name, words = form.cleaned_data["name"], form.cleaned_data["words"]
        Comment.leave(tip, name=name, words=words, at=at, person=known)


@login_not_required
@require_safe
def articles(request: HttpRequest) -> HttpResponse:
    house, form = House.current(), FindForm(request.GET)
    out = Article.objects.published(now()).for_reader(language_of(request, house)).latest_first()
    rows = form.narrowed(out, house).select_related("category").defer("search_text", "body")
    context = {
        "page": Paginator(rows, 20).get_page(request.GET.get("page")),
        "form": form,
        "house": house,
        "months": out.months(house.zone)[:24],
        **shelves.subjects(out),
    }
    return page(request, "library/portal/articles.html", context, part="found")


@login_not_required
@require_safe
def article(request: HttpRequest, slug: str) -> HttpResponse:
    at = now()
    rows = Article.objects.visible_to(request.user, at).select_related("category")
    article = get_object_or_404(rows, slug=slug)
    before, after = article.neighbours(at)
    context = {
        "article": article,
        "before": before,
        "after": after,
        "url": request.build_absolute_uri(request.path),
    }
    return page(request, "library/portal/article.html", context)


@login_not_required
@require_safe
def toolkit(request: HttpRequest) -> HttpResponse:
    house, form = House.current(), FindForm(request.GET)
    rows = _within_reach(request).for_reader(language_of(request, house)).published(now())
    found = form.narrowed(rows, house).select_related("category").defer("search_text", "body")
    context = {
        "page": Paginator(found, 30).get_page(request.GET.get("page")),
        "house": house,
        "form": form,
        "code_form": CodeForm(),
        **shelves.subjects(rows),
    }
    return page(request, "library/portal/toolkit.html", context, part="found")


@login_not_required
@require_safe
def resource(request: HttpRequest, slug: str) -> HttpResponse:
    rows = _within_reach(request).with_download_counts().select_related("category")
    context = {"resource": get_object_or_404(rows, slug=slug)}
    return page(request, "library/portal/resource.html", context)


@login_not_required
@require_safe
def file(request: HttpRequest, slug: str) -> FileResponse | HttpResponse:
    """The file itself. Asking for it counts, asking for its head doesn't."""
    resource = get_object_or_404(_within_reach(request), slug=slug)
    if request.method == "GET":
        resource.note_download(person_of(request), now())
    return as_download(resource)


@login_not_required
@require_http_methods(["GET", "POST"])
def code(request: HttpRequest) -> HttpResponse:
    form, opened = CodeForm(request.POST or None), None
    if form.is_valid():
        with refusing(form):
            opened = _open(form.cleaned_data["code"], request)
    context = {
        "code_form": form,
        "opened": opened,
        "opened_resources": opened.resources.published(now()) if opened else [],
        "mine": _mine(request),
    }
    return page(request, "library/portal/code.html", context, part="box", status=form_status(form))


def _open(typed: str, request: HttpRequest) -> ResourceCode:
    at, known = now(), person_of(request)
    tries = 10 if known else 30  # one address may be a whole seminar's
    if not Attempt.is_allowed("library.code", visitor(request), at=at, times=tries):
        raise Refused(_("That’s many tries in an hour. Please come back in a while."))
    opened = request.session.get(OPENED, [])
    code = ResourceCode.open(typed, person=known, at=at, opened=opened)
    if known is None:
        request.session[OPENED] = sorted({*opened, code.pk})
    return code


def _mine(request: HttpRequest) -> Iterable[Resource]:
    known, codes = person_of(request), request.session.get(OPENED, [])
    if known is None and not codes:
        return []
    return Resource.objects.published(now()).opened_by(known, codes).order_by("title")


def _within_reach(request: HttpRequest) -> Any:
    return Resource.objects.within_reach(request.user, now(), request.session.get(OPENED, []))


def person_of(request: HttpRequest) -> Person | None:
    return request.user if isinstance(request.user, Person) else None


def language_of(request: HttpRequest, house: House) -> str:
    known = person_of(request)
    return (known.language if known else "") or house.language


def visitor(request: HttpRequest) -> str:
    """Who is trying: the person, or the address they come from."""
    known = person_of(request)
    return f"person:{known.pk}" if known else f"address:{request.META.get('REMOTE_ADDR', '')}"
