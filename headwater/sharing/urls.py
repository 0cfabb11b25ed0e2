from django.urls import URLPattern, URLResolver, path

from headwater.sharing import portal as for_partners
from headwater.sharing import studio as for_staff

portal: list[URLPattern | URLResolver] = [
    path("share/", for_partners.messages_to_share, name="messages"),
    path("share/<int:pk>/", for_partners.message, name="message"),
    path("share/<int:pk>/on/<slug:network>/", for_partners.by_hand, name="by_hand"),
    path("share/<int:pk>/on/<slug:network>/undone/", for_partners.not_shared, name="not_shared"),
    path("share/<int:pk>/said/", for_partners.said, name="said"),
    path("share/<int:pk>/not-for-me/", for_partners.not_for_me, name="not_for_me"),
    path("share/<int:pk>/reminder/", for_partners.reminder, name="reminder"),
    path("share/<int:pk>/reminder.ics", for_partners.reminder_file, name="reminder_file"),
    path("share/<int:pk>/page/", for_partners.own_page, name="own_page"),
    path("share/<int:pk>/link.svg", for_partners.qr, name="qr"),
    path("share/<int:pk>/taken-down/", for_partners.taken_down, name="taken_down"),
    path("messages/<slug:public_id>/picture/", for_partners.picture, name="picture"),
    path("s/<str:code>", for_partners.link, name="link"),
    path("s/<str:code>/", for_partners.link, name="link_with_slash"),
]

studio: list[URLPattern | URLResolver] = [
    path("messages/", for_staff.message_list, name="messages"),
    path("messages/new/", for_staff.new, name="new"),
    path("messages/<int:pk>/", for_staff.message, name="message"),
    path("messages/<int:pk>/publication/", for_staff.publication, name="publication"),
    path("messages/<int:pk>/results/", for_staff.message_results, name="results"),
    path("messages/<int:pk>/ways/", for_staff.ways, name="ways"),
    path("messages/<int:pk>/ways/undone/", for_staff.ways_undone, name="ways_undone"),
    path("messages/<int:pk>/ways/lots.csv", for_staff.ways_lots, name="ways_lots"),
    path("messages/<int:pk>/recall/", for_staff.recall, name="recall"),
    path("conversions/", for_staff.conversions, name="conversions"),
    path("recalls/", for_staff.recalls, name="recalls"),
    path("recalls/<int:pk>/end/", for_staff.recall_end, name="recall_end"),
    path("recalls/<int:pk>/chases/<int:chase>/", for_staff.chase, name="chase"),
]
