from django.urls import URLPattern, URLResolver, path

from headwater.discussions import portal as for_partners
from headwater.discussions import studio as for_staff

portal: list[URLPattern | URLResolver] = [
    path("talk/", for_partners.talk, name="talk"),
    path("talk/<slug:slug>/", for_partners.kit, name="kit"),
    path("talk/<slug:slug>/calendar.ics", for_partners.calendar, name="calendar"),
]

studio: list[URLPattern | URLResolver] = [
    path("talk/", for_staff.kits, name="kits"),
    path("talk/new/", for_staff.new, name="new"),
    path("talk/<int:pk>/", for_staff.kit, name="kit"),
    path("talk/<int:pk>/edit/", for_staff.edit, name="edit"),
    path("talk/<int:pk>/publication/", for_staff.publication, name="publication"),
    path("talk/<int:pk>/copy/", for_staff.copy, name="copy"),
    path("talk/<int:pk>/transcript/", for_staff.transcript, name="transcript"),
    path("talk/<int:pk>/summary/", for_staff.summary, name="summary"),
    path("talk/<int:pk>/run-sheet/", for_staff.run_sheet, name="run_sheet"),
    path("talk/<int:pk>/people/<int:person_pk>/", for_staff.credit, name="credit"),
]
