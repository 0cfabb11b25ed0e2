"""A site of two pages, so that the base templates can be tried with no other room."""

from django.http import HttpRequest, HttpResponse
from django.urls import include, path


def home(request: HttpRequest) -> HttpResponse:
    return HttpResponse("home")


faces = [path("", home, name="home"), path("brand.css", home, name="brand")]
urlpatterns = [
    path("studio/", include(([path("", home, name="home")], "studio"))),
    path("", include((faces, "portal"))),
]
