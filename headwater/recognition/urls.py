from django.urls import URLPattern, URLResolver, path

from headwater.recognition import portal as for_partners
from headwater.recognition import studio as for_staff

portal: list[URLPattern | URLResolver] = [
    path("badges/", for_partners.badges, name="badges"),
    path("board/", for_partners.board, name="board"),
    path("stories/", for_partners.stories, name="stories"),
    path("stories/<int:pk>/down/", for_partners.my_story_down, name="my_story_down"),
    path("stories/<str:token>/", for_partners.story, name="story"),
    path("nominations/new/", for_partners.nomination, name="nomination"),
]
studio: list[URLPattern | URLResolver] = [
    path("recognise/", for_staff.recognise, name="recognise"),
    path("recognise/people/<int:pk>/thanks/", for_staff.thanks, name="thanks"),
    path("recognise/people/<int:pk>/stories/", for_staff.stories, name="story"),
    path("recognise/rules/<int:pk>/", for_staff.rule, name="rule"),
    path("recognise/stories/<int:pk>/told/", for_staff.told, name="told"),
]
