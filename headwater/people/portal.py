from typing import Any

from allauth.account.views import ConfirmLoginCodeView, RequestLoginCodeView
from django.contrib import messages
from django.contrib.auth import login, logout
from django.contrib.auth.decorators import login_not_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from headwater.people.entering import person_of
from headwater.people.models import House
from headwater.people.requests import PersonRequest
from headwater.people.sign_in import AddressForm, CodeForm
from headwater.ui.http import page

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


class SignIn(RequestLoginCodeView):  # type: ignore[misc]
    template_name = "people/portal/sign_in.html"
    form_class = AddressForm

    def get_form_class(self) -> type[AddressForm]:
        return AddressForm

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not House.is_open():
            return redirect("portal:first_run")
        answer: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        return answer

    def form_invalid(self, form: AddressForm) -> HttpResponse:
        context = self.get_context_data(form=form)
        answer: HttpResponse = self.render_to_response(context, status=422)
        return answer


class SignInCode(ConfirmLoginCodeView):  # type: ignore[misc]
    template_name = "people/portal/sign_in_code.html"

    def get_form_class(self) -> Any:
        form = super().get_form_class()
        return CodeForm if self._action == "verify" else form

    def form_invalid(self, form: CodeForm) -> HttpResponse:
        answer: HttpResponse = super().form_invalid(form)
        if answer.status_code == 200:
            answer.status_code = 422
        elif answer.status_code == 302:
            messages.error(self.request, _("That was the wrong code too often. Ask for a new one."))
        return answer


sign_in = login_not_required(SignIn.as_view())
sign_in_code = login_not_required(SignInCode.as_view())


@require_POST
def sign_out(request: PersonRequest) -> HttpResponse:
    logout(request)
    messages.success(request, _("You are signed out."))
    return redirect("account_login")


@login_not_required
@require_http_methods(["GET", "POST"])
def enter(request: HttpRequest, token: str) -> HttpResponse:
    """A one-press link. The press is a POST: link scanners follow a GET."""
    person = person_of(token)
    if person is None:
        return page(request, "people/portal/enter.html", {"person": None}, status=410)
    if request.method == "POST":
        login(request, person, backend=BACKEND)
        return redirect("studio:home" if person.is_staff else "portal:home")
    return page(request, "people/portal/enter.html", {"person": person})


@login_not_required
@require_safe
def mark(request: HttpRequest) -> FileResponse:
    """Our own organisation's mark, drawn anew when it was uploaded."""
    house = House.current()
    if not house.mark:
        raise Http404
    answer = FileResponse(house.mark.open("rb"), content_type="image/png")
    answer["Cache-Control"] = "public, max-age=86400"
    return answer
