from django.urls import URLPattern, URLResolver, path

from headwater.studio import partner, views

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.today, name="home"),
    path("partners/<int:pk>/", partner.partner, name="partner"),
]
