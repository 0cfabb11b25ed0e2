import pytest
from django import forms
from django.contrib import messages
from django.contrib.auth.models import AnonymousUser
from django.contrib.messages.storage.cookie import CookieStorage
from django.http import HttpRequest
from django.test import RequestFactory
from django_htmx.middleware import HtmxDetails

from headwater.kit.errors import Refused
from headwater.ui.http import form_status, page, refusing

pytestmark = [pytest.mark.django_db, pytest.mark.urls("headwater.ui.tests.site")]


class NameForm(forms.Form):
    name = forms.CharField()


def asked(**headers: str) -> HttpRequest:
    request = RequestFactory().get(
        "/", headers={name.replace("_", "-"): v for name, v in headers.items()}
    )
    request.user = AnonymousUser()
    request.htmx = HtmxDetails(request)  # type: ignore[attr-defined]
    request._messages = CookieStorage(request)  # type: ignore[attr-defined]
    return request


def body(request: HttpRequest, part: str = "swapped") -> str:
    return page(request, "ui/toasts.html", part=part).content.decode()


def test_a_page_is_whole_for_a_browser_and_a_part_for_htmx() -> None:
    assert 'id="toasts"' in body(asked())
    assert 'id="toasts"' not in body(asked(HX_Request="true"))


@pytest.mark.parametrize("header", ["HX_Boosted", "HX_History_Restore_Request"])
def test_a_boosted_or_restored_page_is_whole(header: str) -> None:
    assert 'id="toasts"' in body(asked(HX_Request="true", **{header: "true"}))


def test_without_a_part_the_page_is_whole() -> None:
    assert 'id="toasts"' in body(asked(HX_Request="true"), part="")


def test_caches_keep_pages_and_parts_apart() -> None:
    response = page(asked(), "404.html", part="x", status=404)

    assert "HX-Request" in response["Vary"]
    assert response.status_code == 404


def test_a_message_travels_with_a_part_as_a_toast() -> None:
    request = asked(HX_Request="true")
    messages.success(request, "Saved. <10 points>")

    part = page(request, "ui/toasts.html", part="one").content.decode()

    assert 'hx-swap-oob="beforeend:#toasts"' in part
    assert "Saved. &lt;10 points&gt;" in part


def test_a_form_answers_200_then_422_then_409() -> None:
    fresh, wrong, right = NameForm(), NameForm({}), NameForm({"name": "Ada"})

    with refusing(right):
        raise Refused("This survey is closed.")

    assert [form_status(form) for form in (fresh, wrong, right)] == [200, 422, 409]
    assert right.non_field_errors() == ["This survey is closed."]
    assert right["name"].value() == "Ada"


def test_only_refusals_are_caught() -> None:
    with pytest.raises(LookupError), refusing(NameForm({"name": "Ada"})):
        raise LookupError


def test_what_was_returned_inside_is_returned() -> None:
    def view() -> str:
        with refusing(NameForm({"name": "Ada"})):
            return "redirect"
        return "form"

    assert view() == "redirect"
