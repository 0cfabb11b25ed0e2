from django.urls import URLPattern, URLResolver, path

from headwater.newsletters import portal as for_partners
from headwater.newsletters import studio as for_staff

portal: list[URLPattern | URLResolver] = [
    path("newsletters/", for_partners.archive, name="archive"),
    path("newsletters/mine/", for_partners.mine, name="mine"),
    path("newsletters/pictures/<slug:public_id>.jpg", for_partners.picture, name="picture"),
    path("newsletters/<slug:slug>/", for_partners.issue, name="issue"),
    path("subscribe/", for_partners.subscribe, name="subscribe"),
    path("subscribe/asked/", for_partners.asked, name="asked"),
    path("subscribe/<slug:public_id>/", for_partners.confirm, name="confirm"),
]

studio: list[URLPattern | URLResolver] = [
    path("newsletters/", for_staff.issues, name="issues"),
    path("newsletters/lists/<int:pk>/", for_staff.newsletter, name="newsletter"),
    path("newsletters/<int:pk>/", for_staff.issue, name="issue"),
    path("newsletters/<int:pk>/envelope/", for_staff.envelope, name="envelope"),
    path("newsletters/<int:pk>/parts/", for_staff.parts, name="parts"),
    path("newsletters/<int:pk>/parts/<slug:ident>/", for_staff.part, name="part"),
    path("newsletters/<int:pk>/preview/", for_staff.preview, name="preview"),
    path("newsletters/<int:pk>/test/", for_staff.test, name="test"),
    path("newsletters/<int:pk>/sending/", for_staff.sending, name="sending"),
    path("newsletters/<int:pk>/removal/", for_staff.removal, name="removal"),
]
