from django.urls import URLPattern, URLResolver, path

from headwater.programme import studio as for_staff

portal: list[URLPattern | URLResolver] = []

studio: list[URLPattern | URLResolver] = [
    path("plan/", for_staff.plan, name="plan"),
    path("plan/budget/", for_staff.budget, name="budget"),
    path("plan/activities/new/", for_staff.new_activity, name="new_activity"),
    path("plan/activities/<int:pk>/", for_staff.activity, name="activity"),
    path("plan/activities/<int:pk>/edit/", for_staff.edit_activity, name="edit_activity"),
    path("plan/activities/<int:pk>/decision/", for_staff.decision, name="decision"),
    path("plan/activities/<int:pk>/dropping/", for_staff.dropping, name="dropping"),
    path("plan/activities/<int:pk>/costs/", for_staff.costs, name="costs"),
    path("campaigns/", for_staff.campaigns, name="campaigns"),
    path("campaigns/new/", for_staff.new_campaign, name="new_campaign"),
    path("campaigns/<int:pk>/", for_staff.campaign, name="campaign"),
    path("campaigns/<int:pk>/edit/", for_staff.edit_campaign, name="edit_campaign"),
    path("campaigns/<int:pk>/registration/", for_staff.registration, name="registration"),
    path("campaigns/<int:pk>/looking-back/", for_staff.looking_back, name="looking_back"),
    path("campaigns/<int:pk>/draw/", for_staff.market_draw, name="market_draw"),
    path("campaigns/<int:pk>/amendments/", for_staff.amendments, name="amendments"),
    path("campaigns/<int:pk>/watching/", for_staff.watching, name="watching"),
    path("campaigns/<int:pk>/withdrawal/", for_staff.withdrawal, name="withdrawal"),
    path("campaigns/<int:pk>/costs/", for_staff.campaign_costs, name="campaign_costs"),
    path("metrics/new/", for_staff.new_metric, name="new_metric"),
    path("metrics/<int:pk>/", for_staff.metric, name="metric"),
    path("metrics/<int:pk>/weeks/", for_staff.weeks, name="weeks"),
    path("metrics/<int:pk>/files/", for_staff.upload, name="upload"),
    path("metrics/<int:pk>/files/<int:file>/", for_staff.outcome_file, name="outcome_file"),
    path("metrics/<int:pk>/files/<int:file>/keeping/", for_staff.keeping, name="keeping"),
]
