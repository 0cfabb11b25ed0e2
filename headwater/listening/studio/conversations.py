from datetime import datetime, time

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from headwater.kit.names import name_key
from headwater.listening.forms import ConversationForm, HandsForm
from headwater.listening.models import Conversation, HandCount
from headwater.people.models import House, Person
from headwater.people.requests import PersonRequest
from headwater.ui.http import form_status, page, refusing


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
