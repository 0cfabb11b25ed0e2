"""Keys for programs: an owner makes them, sees each once, and ends them."""

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from headwater.ledger.models import record_staff
from headwater.people.models import ApiToken
from headwater.people.requests import PersonRequest, needs
from headwater.studio import verbs
from headwater.ui.http import form_status, page


class TokenForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("What it is for"), max_length=100)
    scopes = forms.MultipleChoiceField(
        label=gettext_lazy("What it may read"),
        choices=ApiToken.Scope.choices,
        widget=forms.CheckboxSelectMultiple,
    )


@needs("owner")
@require_http_methods(["GET", "POST"])
def tokens(request: PersonRequest) -> HttpResponse:
    form = TokenForm(request.POST or None)
    key = ""
    if form.is_valid():
        with transaction.atomic():
            token, key = ApiToken.make(
                form.cleaned_data["name"], scopes=form.cleaned_data["scopes"],
                actor=request.user, at=now(),
            )  # fmt: skip
            record_staff(verbs.STAFF_TOKEN_MADE, actor=request.user, subject=token, at=now())
        form = TokenForm()
    context = {
        "form": form,
        "key": key,
        "tokens": ApiToken.objects.filter(ended_at=None).select_related("made_by"),
        "here": "Settings",
    }
    return page(request, "studio/tokens.html", context, status=form_status(form))


@needs("owner")
@require_POST
def token_end(request: PersonRequest, pk: int) -> HttpResponse:
    token = get_object_or_404(ApiToken.objects.filter(ended_at=None), pk=pk)
    token.ended_at = now()
    token.save(update_fields=["ended_at"])
    record_staff(verbs.STAFF_TOKEN_ENDED, actor=request.user, subject=token, at=now())
    messages.success(request, _("It opens nothing any more."))
    return redirect("studio:tokens")
