"""The one API. Routers come from the rooms; here they get their place and their scope."""

from ninja import NinjaAPI

from headwater.api.tokens import Scoped
from headwater.library.api import router as tips
from headwater.partners.api import router as partners
from headwater.programme.api import outcomes
from headwater.programme.api import router as activities
from headwater.sharing.api import conversions
from headwater.sharing.api import router as visits

api = NinjaAPI(
    title="Headwater",
    version="1",
    description="Read partners, activities, tips, visits and what is counted; write what is counted"
    " and conversions. Ask an owner for a token.",
    urls_namespace="api",
    docs_url=None,
)
api.add_router("", partners, auth=Scoped("partners:read"))
api.add_router("", activities, auth=Scoped("activities:read"))
api.add_router("", tips, auth=Scoped("tips:read"))
api.add_router("", visits, auth=Scoped("visits:read"))
api.add_router("", outcomes, auth=Scoped("outcomes:read", writing="outcomes:write"))
api.add_router("", conversions, auth=Scoped("conversions:write"))
