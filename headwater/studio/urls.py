from django.urls import URLPattern, URLResolver, path

from headwater.studio import build, find, partner, today, tokens
from headwater.ui.sheet import sheet

urlpatterns: list[URLPattern | URLResolver] = [
    path("", today.today, name="home"),
    path("build/", build.build, name="build"),
    path("design/", sheet, name="design"),
    path("tokens/", tokens.tokens, name="tokens"),
    path("tokens/<int:pk>/end/", tokens.token_end, name="token_end"),
    path("find/", find.find, name="find"),
    path("partners/<int:pk>/", partner.partner, name="partner"),
]
