from django.urls import URLPattern, URLResolver, path

from headwater.evaluation import studio as for_staff

portal: list[URLPattern | URLResolver] = []

studio: list[URLPattern | URLResolver] = [
    path("measure/", for_staff.campaigns, name="verdicts"),
    path("measure/campaigns/<int:pk>/", for_staff.verdict, name="verdict"),
    path("measure/return/", for_staff.returns, name="return"),
]
