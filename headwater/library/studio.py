from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Model
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from headwater.kit.errors import Refused
from headwater.ledger.models import record_staff
from headwater.library import verbs
from headwater.library.forms import (
    ArticleForm,
    CategoryForm,
    FindForm,
    PieceForm,
    PublishForm,
    ResourceCodeForm,
    ResourceForm,
    TipForm,
    known_needs,
)
from headwater.library.models import (
    Article,
    Category,
    CodeUse,
    Comment,
    Resource,
    ResourceCode,
    Tip,
)
from headwater.library.reading_time import WORDS_A_MINUTE, seconds_for, words_in
from headwater.people.models import House
from headwater.people.requests import PersonRequest, needs
from headwater.ui.http import form_status, page, refusing

Piece = Tip | Article | Resource


@require_safe
def tips(request: PersonRequest) -> HttpResponse:
    at, form = now(), FindForm(request.GET)
    rows = form.narrowed(Tip.objects.with_done_counts().order_by("-number"), House.current())
    rows = standing(rows, request.GET.get("state", ""), at)
    context = {
        "page": Paginator(_slim(rows, "insight"), 40).get_page(request.GET.get("page")),
        "form": form,
        "at": at,
        "state": request.GET.get("state", ""),
        "current": Tip.objects.for_now(at),
        "next": Tip.objects.scheduled(at).order_by("published_at").first(),
        "waiting": Comment.objects.waiting().count(),
    }
    return page(request, "library/studio/tips.html", context)


def standing(rows: Any, state: str, at: Any) -> Any:
    if state == "draft":
        return rows.filter(published_at=None)
    if state == "scheduled":
        return rows.scheduled(at)
    return rows.published(at) if state == "out" else rows


def _slim(rows: Any, *more: str) -> Any:
    return rows.select_related("category").defer("search_text", "body", *more)


@require_http_methods(["GET", "POST"])
def new_tip(request: PersonRequest) -> HttpResponse:
    first = {"number": Tip.objects.next_number()}
    return _edit(request, TipForm(request.POST or None, initial=first), "tip")


@require_http_methods(["GET", "POST"])
def tip(request: PersonRequest, pk: int) -> HttpResponse:
    tip = get_object_or_404(Tip, pk=pk)
    return _edit(request, TipForm(request.POST or None, instance=tip), "tip")


@needs("analyst")
@require_POST
def count(request: PersonRequest) -> HttpResponse:
    """How many words stand in the form and how it looks on a phone. It keeps nothing."""
    return page(request, "library/studio/tip_count.html", counted(request.POST))


def counted(fields: Any) -> dict[str, Any]:
    names = ("title", "idea", "body", "action", "dont")
    words = words_in(*(str(fields.get(name) or "") for name in names))
    return {
        "words": words,
        "limit": WORDS_A_MINUTE,
        "left": WORDS_A_MINUTE - words,
        "over": words - WORDS_A_MINUTE,
        "seconds": seconds_for(words),
        "share": words / WORDS_A_MINUTE,
        "shown": {name: str(fields.get(name) or "") for name in (*names, "do", "number")},
    }


def _edit(request: PersonRequest, form: PieceForm, kind: str) -> HttpResponse:
    """One editor for tips, articles and resources: keep what was written, then show it."""
    piece: Piece = form.instance
    if form.is_valid():
        with refusing(form):
            is_new = piece.pk is None
            fields = ["new"] if is_new else form.changed_data
            tags = form.cleaned_data["tag_words"]
            piece.keep(actor=request.user, at=now(), fields=fields, tags=tags)
            messages.success(request, _("Kept as a draft.") if is_new else _("Saved."))
            return redirect(f"studio:library:{kind}", piece.pk)
    context: dict[str, Any] = {
        "form": form,
        "piece": piece if piece.pk else None,
        "is_out": bool(piece.pk) and piece.is_out(now()),
        "is_scheduled": bool(piece.pk) and piece.is_scheduled(now()),
        "publish_form": PublishForm(),
        "publication": f"studio:library:{kind}_publication",
        "needs": sorted(known_needs()),
    }
    if kind == "tip":
        typed = {name: form[name].value() for name in form.fields if name in TIP_FIELDS}
        context |= counted(typed)
    return page(request, f"library/studio/{kind}.html", context, status=form_status(form))


TIP_FIELDS = {"title", "idea", "body", "action", "do", "dont", "number"}


def _publication(request: PersonRequest, piece: Piece, kind: str) -> HttpResponse:
    form = PublishForm(request.POST)
    if "withdraw" in request.POST:
        piece.withdraw(actor=request.user, at=now())
        messages.success(request, _("It’s a draft again. Nobody outside sees it."))
    elif form.is_valid():
        on = form.cleaned_data["on"] if "later" in request.POST else None
        if "later" in request.POST and on is None:
            raise Refused(_("Say when it should come out."))
        piece.publish(actor=request.user, at=now(), on=on)
        note = _("It comes out by itself then.") if on else _("It’s out.")
        messages.success(request, note)
    else:
        raise Refused(_("We couldn’t read that time. Write it as 2026-05-14T07:00."))
    return redirect(f"studio:library:{kind}", piece.pk)


@require_POST
def tip_publication(request: PersonRequest, pk: int) -> HttpResponse:
    return _publication(request, get_object_or_404(Tip, pk=pk), "tip")


@require_safe
def articles(request: PersonRequest) -> HttpResponse:
    at, form = now(), FindForm(request.GET)
    rows = form.narrowed(Article.objects.order_by("-created_at", "-pk"), House.current())
    context = {
        "page": Paginator(_slim(rows), 40).get_page(request.GET.get("page")),
        "form": form,
        "at": at,
    }
    return page(request, "library/studio/articles.html", context)


@require_http_methods(["GET", "POST"])
def new_article(request: PersonRequest) -> HttpResponse:
    return _edit(request, ArticleForm(request.POST or None), "article")


@require_http_methods(["GET", "POST"])
def article(request: PersonRequest, pk: int) -> HttpResponse:
    article = get_object_or_404(Article, pk=pk)
    return _edit(request, ArticleForm(request.POST or None, instance=article), "article")


@require_POST
def article_publication(request: PersonRequest, pk: int) -> HttpResponse:
    return _publication(request, get_object_or_404(Article, pk=pk), "article")


@require_safe
def resources(request: PersonRequest) -> HttpResponse:
    at, form = now(), FindForm(request.GET)
    all_of_them = Resource.objects.with_download_counts().order_by("title", "pk")
    rows = form.narrowed(all_of_them, House.current())
    context = {
        "page": Paginator(_slim(rows), 40).get_page(request.GET.get("page")),
        "form": form,
        "at": at,
    }
    return page(request, "library/studio/resources.html", context)


@require_http_methods(["GET", "POST"])
def new_resource(request: PersonRequest) -> HttpResponse:
    form = ResourceForm(request.POST or None, request.FILES or None)
    return _edit(request, form, "resource")


@require_http_methods(["GET", "POST"])
def resource(request: PersonRequest, pk: int) -> HttpResponse:
    resource = get_object_or_404(Resource, pk=pk)
    form = ResourceForm(request.POST or None, request.FILES or None, instance=resource)
    return _edit(request, form, "resource")


@require_POST
def resource_publication(request: PersonRequest, pk: int) -> HttpResponse:
    return _publication(request, get_object_or_404(Resource, pk=pk), "resource")


@require_safe
def codes(request: PersonRequest) -> HttpResponse:
    rows = ResourceCode.objects.with_use_counts().order_by("-created_at", "-pk")
    rows = rows.prefetch_related("resources")
    context = {"page": Paginator(rows, 40).get_page(request.GET.get("page")), "at": now()}
    return page(request, "library/studio/codes.html", context)


@require_http_methods(["GET", "POST"])
def new_code(request: PersonRequest) -> HttpResponse:
    return _edit_code(request, ResourceCodeForm(request.POST or None))


@require_http_methods(["GET", "POST"])
def code(request: PersonRequest, pk: int) -> HttpResponse:
    code = get_object_or_404(ResourceCode, pk=pk)
    return _edit_code(request, ResourceCodeForm(request.POST or None, instance=code))


def _edit_code(request: PersonRequest, form: ResourceCodeForm) -> HttpResponse:
    code: ResourceCode = form.instance
    if form.is_valid():
        with refusing(form):
            fields = form.changed_data if code.pk else ["new"]
            opens = form.cleaned_data["opens"]
            code.keep(actor=request.user, at=now(), resources=opens, fields=fields)
            messages.success(request, _("%(code)s is ready.") % {"code": code.code})
            return redirect("studio:library:code", code.pk)
    uses = CodeUse.objects.filter(code=code.pk).select_related("person").order_by("-at")
    context = {
        "form": form,
        "code": code if code.pk else None,
        "page": Paginator(uses, 50).get_page(request.GET.get("page")),
    }
    return page(request, "library/studio/code.html", context, status=form_status(form))


@require_POST
def code_end(request: PersonRequest, pk: int) -> HttpResponse:
    code = get_object_or_404(ResourceCode, pk=pk)
    code.end(actor=request.user, at=now())
    messages.success(request, _("The code opens nothing more. Who used it keeps what it opened."))
    return redirect("studio:library:codes")


@require_safe
def comments(request: PersonRequest) -> HttpResponse:
    rows = Comment.objects.select_related("tip", "person")
    shown = request.GET.get("state", "waiting")
    rows = rows.filter(state=shown) if shown in Comment.State.values else rows.waiting()
    context = {
        "page": Paginator(rows, 40).get_page(request.GET.get("page")),
        "state": shown,
        "waiting": Comment.objects.waiting().count(),
    }
    return page(request, "library/studio/comments.html", context)


@require_POST
def decision(request: PersonRequest, pk: int) -> HttpResponse:
    comment = get_object_or_404(Comment, pk=pk)
    show = "show" in request.POST
    comment.decide(show=show, actor=request.user, at=now())
    messages.success(request, _("It stands under the tip.") if show else _("It isn’t shown."))
    return redirect("studio:library:comments")


@require_http_methods(["GET", "POST"])
def subjects(request: PersonRequest) -> HttpResponse:
    form = CategoryForm(request.POST or None, initial={"position": Category.objects.count()})
    if form.is_valid():
        subject: Model = form.save()
        record_staff(
            verbs.STAFF_CHANGED, actor=request.user, subject=subject, at=now(), fields=["new"]
        )
        messages.success(request, _("Saved."))
        return redirect("studio:library:subjects")
    context = {"form": form, "subjects": Category.objects.all()}
    return page(request, "library/studio/subjects.html", context, status=form_status(form))
