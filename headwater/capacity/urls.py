from django.urls import URLPattern, URLResolver, path

from headwater.capacity import portal as p
from headwater.capacity import studio as s

portal: list[URLPattern | URLResolver] = [
    path("check-in/", p.check_in, name="check_in"),
    path("check-in/pause/", p.pause, name="pause"),
    path("check-in/done/", p.done, name="done"),
    path("growth/", p.growth, name="growth"),
    path("growth/<slug:gauge>/sharing/", p.shared, name="shared"),
]

studio: list[URLPattern | URLResolver] = [
    path("capacity/", s.map, name="map"),
    path("capacity/questions/", s.items, name="items"),
    path("capacity/questions/<int:pk>/", s.item, name="item"),
    path("capacity/recall/", s.recall, name="recall"),
    path("capacity/recall/<int:pk>/", s.recall, name="recall_message"),
    path("capacity/invitations/", s.invitations, name="invitations"),
    path("capacity/method/", s.method, name="method"),
    path("capacity/<slug:by>/<slug:key>/<slug:gauge>/", s.cell, name="cell"),
]
