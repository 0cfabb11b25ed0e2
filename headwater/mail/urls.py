from django.urls import URLPattern, URLResolver, path

from headwater.mail import portal as for_partners
from headwater.mail import studio as for_staff

portal: list[URLPattern | URLResolver] = [
    path("i/<str:token>/", for_partners.personal_link, name="personal_link"),
    path("i/<str:token>/not-me/", for_partners.not_me, name="not_me"),
    path("stop/<str:token>/", for_partners.stop, name="stop"),
]

studio: list[URLPattern | URLResolver] = [
    path("post-office/", for_staff.post_office, name="post_office"),
    path("post-office/standing/", for_staff.standing, name="standing"),
    path("post-office/letters/<int:pk>/", for_staff.letter, name="letter"),
    path("post-office/letters/<int:pk>/body/", for_staff.letter_body, name="letter_body"),
    path("post-office/letters/<int:pk>/decision/", for_staff.decision, name="decision"),
    path("post-office/suppressions/<int:pk>/", for_staff.suppression, name="suppression"),
    path("mailings/<int:pk>/", for_staff.sending, name="sending"),
    path("mailings/<int:pk>/pause/", for_staff.pause, name="pause"),
    path("mailings/<int:pk>/taking-back/", for_staff.taking_back, name="taking_back"),
    path("ready-to-send/", for_staff.ready, name="ready"),
    path("ready-to-send/server/", for_staff.server, name="server"),
    path("ready-to-send/checks/", for_staff.checks, name="checks"),
    path("ready-to-send/letter/", for_staff.test_letter, name="test_letter"),
]
