from django.urls import URLPattern, URLResolver, path

from headwater.partners import portal as for_partners
from headwater.partners.studio import (
    care,
    directory,
    imports,
    organisations,
    segments,
    team,
    twins,
)

portal: list[URLPattern | URLResolver] = [
    path("goal/", for_partners.goal, name="goal"),
    path("goal/weeks/", for_partners.weeks, name="weeks"),
    path("goal/new/", for_partners.new_goal, name="new_goal"),
]

studio: list[URLPattern | URLResolver] = [
    path("partners/", directory.partners, name="partners"),
    path("partners/file/", directory.partners_file, name="partners_file"),
    path("partners/chosen/", directory.chosen, name="chosen"),
    path("partners/new/", directory.new_partner, name="new_partner"),
    path("partners/<int:pk>/change/", directory.change, name="change"),
    path("partners/<int:pk>/notes/", care.notes, name="notes"),
    path("partners/<int:pk>/steward/", care.steward, name="steward"),
    path("partners/<int:pk>/positions/", care.positions, name="positions"),
    path("partners/<int:pk>/suspension/", care.suspension, name="suspension"),
    path("partners/<int:pk>/merges/", twins.merge, name="merge"),
    path("positions/<int:pk>/end/", care.position_end, name="position_end"),
    path("merges/<int:pk>/undo/", twins.merge_back, name="merge_back"),
    path("look-alikes/", twins.twins, name="twins"),
    path("look-alikes/<int:pk>/decision/", twins.decision, name="decision"),
    path("organisations/", organisations.organisations, name="organisations"),
    path("organisations/<int:pk>/", organisations.organisation, name="organisation"),
    path("segments/new/", segments.segment, name="new_segment"),
    path("segments/<int:pk>/", segments.segment, name="segment"),
    path("segments/<int:pk>/end/", segments.segment_end, name="segment_end"),
    path("kinds/", segments.kinds, name="kinds"),
    path("kinds/<int:pk>/", segments.kind, name="kind"),
    path("imports/", imports.imports, name="imports"),
    path("imports/<int:pk>/", imports.look, name="import"),
    path("imports/<int:pk>/columns/", imports.columns, name="import_columns"),
    path("imports/<int:pk>/run/", imports.run, name="import_run"),
    path("imports/<int:pk>/stop/", imports.stop, name="import_stop"),
    path("imports/<int:pk>/undo/", imports.undo, name="import_undo"),
    path("imports/<int:pk>/refused/", imports.refused_file, name="import_refused"),
    path("team/", team.team, name="team"),
    path("team/<int:pk>/role/", team.role, name="role"),
    path("house/", team.house, name="house"),
]
