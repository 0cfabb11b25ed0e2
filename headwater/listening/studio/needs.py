from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Prefetch
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from headwater.ledger.models import record_staff
from headwater.listening import inviting
from headwater.listening.forms import NeedForm, ResponseForm
from headwater.listening.models import Need, Response, Wish
from headwater.listening.studio.asking import going
from headwater.listening.verbs import STAFF_NEED_CHANGED
from headwater.partners.models import Belonging
from headwater.people.requests import PersonRequest, needs
from headwater.ui.http import form_status, page


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
    messages.success(request, going(mailing.send_at > moment))
    return redirect("studio:listening:need", response.need.slug)
