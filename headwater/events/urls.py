from django.urls import URLPattern, URLResolver, path

from headwater.events import portal as for_partners
from headwater.events import studio as for_staff

portal: list[URLPattern | URLResolver] = [
    path("events/", for_partners.events, name="events"),
    path("events/guest/<str:public_id>/", for_partners.guest, name="guest"),
    path("events/place/<str:token>/", for_partners.my_place, name="my_place"),
    path("events/pulse/<str:token>/", for_partners.pulse, name="pulse"),
    path("events/<slug:slug>/", for_partners.event, name="event"),
    path("events/<slug:slug>/release/", for_partners.release, name="release"),
    path("events/<slug:slug>/calendar.ics", for_partners.calendar, name="calendar"),
]
studio: list[URLPattern | URLResolver] = [
    path("events/", for_staff.events, name="events"),
    path("events/new/", for_staff.new, name="new"),
    path("events/<int:pk>/", for_staff.event, name="event"),
    path("events/<int:pk>/edit/", for_staff.edit, name="edit"),
    path("events/<int:pk>/publication/", for_staff.publication, name="publication"),
    path("events/<int:pk>/cancellation/", for_staff.cancellation, name="cancellation"),
    path("events/<int:pk>/attendance/", for_staff.attendance, name="attendance"),
    path("events/<int:pk>/guest-list/", for_staff.guest_list, name="guest_list"),
    path("events/<int:pk>/unmatched/<int:row>/", for_staff.unmatched, name="unmatched"),
    path("events/<int:pk>/draw/", for_staff.draw, name="draw"),
    path("events/<int:pk>/draw/audit/", for_staff.audit, name="audit"),
    path("events/<int:pk>/door-list/", for_staff.door_list, name="door_list"),
]
