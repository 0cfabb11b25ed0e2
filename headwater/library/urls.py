from django.urls import URLPattern, URLResolver, path

from headwater.library import portal as for_partners
from headwater.library import studio as for_staff

portal: list[URLPattern | URLResolver] = [
    path("tips/", for_partners.tips, name="tips"),
    path("tips/feed.xml", for_partners.feed, name="feed"),
    path("tips/<slug:slug>/", for_partners.tip, name="tip"),
    path("tips/<slug:slug>/done/", for_partners.done, name="done"),
    path("tips/<slug:slug>/evidence/", for_partners.evidence, name="evidence"),
    path("tips/<slug:slug>/comments/", for_partners.comments, name="comments"),
    path("articles/", for_partners.articles, name="articles"),
    path("articles/<slug:slug>/", for_partners.article, name="article"),
    path("toolkit/", for_partners.toolkit, name="toolkit"),
    path("toolkit/<slug:slug>/", for_partners.resource, name="resource"),
    path("toolkit/<slug:slug>/file/", for_partners.file, name="file"),
    path("code/", for_partners.code, name="code"),
]

studio: list[URLPattern | URLResolver] = [
    path("tips/", for_staff.tips, name="tips"),
    path("tips/new/", for_staff.new_tip, name="new_tip"),
    path("tips/count/", for_staff.count, name="count"),
    path("tips/<int:pk>/", for_staff.tip, name="tip"),
    path("tips/<int:pk>/publication/", for_staff.tip_publication, name="tip_publication"),
    path("articles/", for_staff.articles, name="articles"),
    path("articles/new/", for_staff.new_article, name="new_article"),
    path("articles/<int:pk>/", for_staff.article, name="article"),
    path(
        "articles/<int:pk>/publication/",
        for_staff.article_publication,
        name="article_publication",
    ),
    path("toolkit/", for_staff.resources, name="resources"),
    path("toolkit/new/", for_staff.new_resource, name="new_resource"),
    path("toolkit/<int:pk>/", for_staff.resource, name="resource"),
    path(
        "toolkit/<int:pk>/publication/",
        for_staff.resource_publication,
        name="resource_publication",
    ),
    path("codes/", for_staff.codes, name="codes"),
    path("codes/new/", for_staff.new_code, name="new_code"),
    path("codes/<int:pk>/", for_staff.code, name="code"),
    path("codes/<int:pk>/end/", for_staff.code_end, name="code_end"),
    path("comments/", for_staff.comments, name="comments"),
    path("comments/<int:pk>/decision/", for_staff.decision, name="decision"),
    path("subjects/", for_staff.subjects, name="subjects"),
]
