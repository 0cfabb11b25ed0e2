from django.urls import URLPattern, URLResolver, path

from headwater.safeguards import portal as for_partners
from headwater.safeguards import studio as for_staff

portal: list[URLPattern | URLResolver] = [
    path("guidelines/", for_partners.guidelines, name="guidelines"),
    path("guidelines/busy/", for_partners.busy, name="busy"),
    path("policies/", for_partners.policies, name="policies"),
    path("policies/<int:pk>/acceptance/", for_partners.acceptance, name="acceptance"),
]

studio: list[URLPattern | URLResolver] = [
    path("protect/", for_staff.protect, name="protect"),
    path("protect/hold/", for_staff.hold, name="hold"),
    path("protect/hold/release/", for_staff.release, name="release"),
    path("protect/reviews/<int:pk>/decision/", for_staff.decision, name="decision"),
    path("protect/guidelines/new/", for_staff.guideline_new, name="guideline_new"),
    path("protect/guidelines/<int:pk>/", for_staff.guideline, name="guideline"),
    path("protect/guidelines/<int:pk>/trial/", for_staff.trial, name="trial"),
    path("protect/guidelines/<int:pk>/end/", for_staff.guideline_retire, name="guideline_retire"),
    path("protect/incidents/", for_staff.incidents, name="incidents"),
    path("protect/incidents/new/", for_staff.incident_new, name="incident_new"),
    path("protect/incidents/<int:pk>/", for_staff.incident, name="incident"),
    path("protect/follow-ups/<int:pk>/done/", for_staff.follow_up, name="follow_up"),
    path("protect/rest/", for_staff.rest, name="rest"),
    path("protect/limits/<int:pk>/end/", for_staff.limit_lift, name="limit_lift"),
    path("protect/seasons/<int:pk>/end/", for_staff.season_drop, name="season_drop"),
    path("protect/domains/<int:pk>/end/", for_staff.domain_withdraw, name="domain_withdraw"),
    path("protect/policies/", for_staff.policies, name="policies"),
    path("protect/policies/<slug:slug>/", for_staff.policy, name="policy"),
    path("protect/audit/", for_staff.audit, name="audit"),
]
