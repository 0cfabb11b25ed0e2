from django.urls import URLPattern, URLResolver, path

from headwater.listening import portal as p
from headwater.listening import studio as s

portal: list[URLPattern | URLResolver] = [
    path("surveys/", p.surveys, name="surveys"),
    path("surveys/<slug:public_id>/", p.survey, name="survey"),
    path("surveys/<slug:public_id>/pause/", p.pause, name="pause"),
    path("surveys/<slug:public_id>/thanks/", p.thanks, name="thanks"),
    path("surveys/<slug:public_id>/withdrawal/", p.withdrawal, name="withdrawal"),
    path("you-said-we-did/", p.responses, name="responses"),
]

studio: list[URLPattern | URLResolver] = [
    path("surveys/", s.surveys, name="surveys"),
    path("surveys/drafts/", s.drafts, name="drafts"),
    path("surveys/<int:pk>/", s.survey, name="survey"),
    path("surveys/<int:pk>/words/", s.words, name="words"),
    path("surveys/<int:pk>/questions/", s.questions, name="questions"),
    path("surveys/<int:pk>/questions/<int:question>/", s.question, name="question"),
    path("surveys/<int:pk>/questions/<int:question>/place/", s.place, name="place"),
    path("surveys/<int:pk>/questions/<int:question>/removal/", s.removal, name="removal"),
    path("surveys/<int:pk>/settings/", s.settings, name="settings"),
    path("surveys/<int:pk>/names/", s.names, name="names"),
    path("surveys/<int:pk>/copy/", s.copy, name="copy"),
    path("surveys/<int:pk>/opening/", s.opening, name="opening"),
    path("surveys/<int:pk>/closure/", s.closure, name="closure"),
    path("surveys/<int:pk>/asking/", s.asking, name="asking"),
    path("surveys/<int:pk>/reminder/", s.reminder, name="reminder"),
    path("surveys/<int:pk>/call-sheet/", s.call_sheet, name="call_sheet"),
    path("surveys/<int:pk>/sheets/new/", s.nameless_sheet, name="nameless_sheet"),
    path("surveys/<int:pk>/sheets/<slug:person>/", s.sheet, name="sheet"),
    path("needs/<slug:slug>/", s.need, name="need"),
    path("needs/<slug:slug>/responses/", s.responses, name="responses"),
    path("responses/<int:pk>/telling/", s.telling, name="telling"),
    path("conversations/", s.conversations, name="conversations"),
    path("hands/", s.hands, name="hands"),
]
