"""The whole house mounted once: partners and the public at `/`, staff at `/studio/`, machines at
`/api/v1/`. Names read `portal:listening:survey` and `studio:listening:surveys`."""

from django.urls import URLPattern, URLResolver, include, path

from headwater.api.urls import api
from headwater.capacity import urls as capacity
from headwater.discussions import urls as discussions
from headwater.evaluation import urls as evaluation
from headwater.events import urls as events
from headwater.library import urls as library
from headwater.listening import urls as listening
from headwater.mail import urls as mail
from headwater.newsletters import urls as newsletters
from headwater.partners import urls as partners
from headwater.people import urls as people
from headwater.portal import urls as portal
from headwater.programme import urls as programme
from headwater.recognition import urls as recognition
from headwater.safeguards import urls as safeguards
from headwater.sharing import urls as sharing
from headwater.studio import urls as studio

Urls = list[URLPattern | URLResolver]
rooms = {
    "people": people,
    "partners": partners,
    "safeguards": safeguards,
    "mail": mail,
    "listening": listening,
    "library": library,
    "discussions": discussions,
    "events": events,
    "capacity": capacity,
    "programme": programme,
    "recognition": recognition,
    "sharing": sharing,
    "newsletters": newsletters,
    "evaluation": evaluation,
}
for_partners: Urls = [path("", include((room.portal, name))) for name, room in rooms.items()]
for_staff: Urls = [path("", include((room.studio, name))) for name, room in rooms.items()]

urlpatterns = [
    path("api/v1/", api.urls),
    path("studio/", include((studio.urlpatterns + for_staff, "studio"))),
    path("", include(people.sign_in)),
    path("", include((portal.urlpatterns + for_partners, "portal"))),
]
handler404 = "headwater.portal.errors.not_found"
handler500 = "headwater.portal.errors.broken"
handler403 = "headwater.portal.errors.forbidden"
