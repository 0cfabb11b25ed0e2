from django.urls import URLPattern, URLResolver, path

from headwater.portal import (
    first_run,
    home,
    learn,
    progress,
    settings_page,
    statements,
    views,
    your_data,
)

urlpatterns: list[URLPattern | URLResolver] = [
    path("", home.home, name="home"),
    path("learn/", learn.learn, name="learn"),
    path("progress/", progress.progress, name="progress"),
    path("first-run/", first_run.first_run, name="first_run"),
    path("you/", settings_page.settings_page, name="settings"),
    path("you/purposes/<slug:purpose>/", settings_page.purpose, name="purpose"),
    path("you/theme/", settings_page.theme, name="theme"),
    path("you/copy/", your_data.copy, name="copy"),
    path("you/erasure/", your_data.erasure, name="erasure"),
    path("forgotten/", your_data.forgotten, name="forgotten"),
    path("privacy/", statements.privacy, name="privacy"),
    path("accessibility/", statements.accessibility, name="accessibility"),
    path("robots.txt", statements.robots, name="robots"),
    path("favicon.ico", statements.favicon, name="favicon"),
    path("brand.css", views.brand, name="brand"),
]
