from datetime import timedelta

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from headwater.evaluation.forms import BoardLinkForm
from headwater.evaluation.models import BoardLink
from headwater.mail.personal_links import base_url
from headwater.people.requests import PersonRequest, needs
from headwater.ui.http import form_status, page, refusing

A_MONTH = timedelta(days=30)


@never_cache
@needs("manager")
@require_http_methods(["GET", "POST"])
def board_links(request: PersonRequest) -> HttpResponse:
    """The links that are open; POST makes one and shows its address this once."""
    at, address = now(), ""
    form = BoardLinkForm(request.POST or None, initial={"last_day": localdate() + A_MONTH})
    if form.is_valid():
        with refusing(form):
            data = form.cleaned_data
            _link, token = BoardLink.make(
                data["name"], last_day=data["last_day"], actor=request.user, at=at
            )
            address = base_url() + reverse("portal:evaluation:board", args=[token])
            form = BoardLinkForm(initial={"last_day": localdate() + A_MONTH})
    context = {
        "form": form,
        "address": address,
        "links": BoardLink.objects.open(at).select_related("made_by"),
    }
    return page(request, "evaluation/studio/board_links.html", context, status=form_status(form))


@needs("manager")
@require_POST
def board_link_end(request: PersonRequest, pk: int) -> HttpResponse:
    get_object_or_404(BoardLink.objects.open(now()), pk=pk).end(actor=request.user, at=now())
    messages.success(request, _("That link opens nothing any more."))
    return redirect("studio:evaluation:board_links")
