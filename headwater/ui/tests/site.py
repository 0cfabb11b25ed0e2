"""A site of a few pages, so that the base templates can be tried with no other room."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.urls import include, path

from headwater.ui.sheet import sheet


def home(request: HttpRequest) -> HttpResponse:
    return HttpResponse("home")


faces = [
    path("", home, name="home"),
    path("brand.css", home, name="brand"),
    path("open/", login_not_required(home), name="open"),
]
desk = [path("", home, name="home"), path("design/", sheet, name="sheet")]
urlpatterns = [
    path("studio/", include((desk, "studio"))),
    path("sign-in/", login_not_required(home), name="account_login"),
    path("", include((faces, "portal"))),
]
