from dataclasses import dataclass

import pytest
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.test import RequestFactory
from django_htmx.middleware import HtmxDetails

from headwater.ui.front_door import FrontDoor

pytestmark = pytest.mark.urls("headwater.ui.tests.site")
RANKS = ["", "analyst", "editor", "manager", "owner"]


@dataclass
class Visitor:
    role: str = ""
    is_authenticated = True

    @property
    def is_staff(self) -> bool:
        return bool(self.role)

    def is_at_least(self, role: str) -> bool:
        return RANKS.index(self.role) >= RANKS.index(role)


def view(request: HttpRequest) -> HttpResponse:
    return HttpResponse("in")


@login_not_required
def open_view(request: HttpRequest) -> HttpResponse:
    return HttpResponse("in")


def own_role(request: HttpRequest) -> HttpResponse:
    return HttpResponse("in")


own_role.needs_role = "analyst"  # type: ignore[attr-defined]


def knock(path: str, who: object, *, method: str = "get", door=view, htmx: bool = False):
    request = getattr(RequestFactory(), method)(
        path, headers={"HX-Request": "true"} if htmx else {}
    )
    request.user = who
    request.htmx = HtmxDetails(request)
    return FrontDoor(view).process_view(request, door, (), {})


def test_strangers_are_asked_to_sign_in_and_come_back() -> None:
    answer = knock("/share/?kind=1", AnonymousUser())

    assert (answer.status_code, answer["Location"]) == (302, "/sign-in/?next=/share/%3Fkind%3D1")


def test_a_swap_by_a_stranger_takes_the_whole_page_to_sign_in() -> None:
    answer = knock("/share/", AnonymousUser(), htmx=True)

    assert (answer.status_code, answer["HX-Redirect"]) == (200, "/sign-in/?next=/share/")
    assert "Location" not in answer


@pytest.mark.parametrize("path", ["/api/v1/partners/", "/s/abcdefgh", "/static/ui/favicon.svg"])
def test_what_has_its_own_keys_is_left_alone(path: str) -> None:
    assert knock(path, AnonymousUser(), method="post") is None


def test_open_views_are_open() -> None:
    assert knock("/tips/", AnonymousUser(), door=open_view) is None


def test_to_partners_the_studio_does_not_exist() -> None:
    with pytest.raises(Http404):
        knock("/studio/", Visitor())


def test_partners_go_everywhere_else() -> None:
    assert knock("/share/", Visitor(), method="post") is None


@pytest.mark.parametrize("role", RANKS[1:])
def test_every_role_may_read_the_studio(role: str) -> None:
    assert knock("/studio/partners/", Visitor(role)) is None


def test_an_analyst_may_not_write_in_the_studio() -> None:
    for method in ("post", "put", "patch", "delete"):
        with pytest.raises(PermissionDenied):
            knock("/studio/partners/", Visitor("analyst"), method=method)


@pytest.mark.parametrize("role", RANKS[2:])
def test_editors_and_above_may_write_in_the_studio(role: str) -> None:
    assert knock("/studio/partners/", Visitor(role), method="post") is None


def test_a_view_that_names_its_own_role_decides_for_itself() -> None:
    assert knock("/studio/x/", Visitor("analyst"), method="post", door=own_role) is None


def test_an_open_view_in_the_studio_is_still_closed_to_partners() -> None:
    assert knock("/studio/start/", AnonymousUser(), door=open_view) is None
