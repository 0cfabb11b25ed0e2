from django.urls import URLPattern, URLResolver, path

from headwater.portal import first_run, views

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.home, name="home"),
    path("first-run/", first_run.first_run, name="first_run"),
    path("brand.css", views.brand, name="brand"),
]
