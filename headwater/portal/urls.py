from django.urls import URLPattern, URLResolver, path

from headwater.portal import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.home, name="home"),
    path("brand.css", views.brand, name="brand"),
]
