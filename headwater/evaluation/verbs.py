from django.utils.translation import gettext_lazy as _

from headwater.ledger.verbs import declare

STAFF_DEBRIEFED = declare("staff.debrief_written", _("wrote how a campaign was"))
STAFF_TRIAL_CHANGED = declare("staff.trial_changed", _("said something of a trial"))
STAFF_BOARD_LINK_MADE = declare(
    "staff.board_link_made", _("made a link to the report for the board")
)
STAFF_BOARD_LINK_ENDED = declare(
    "staff.board_link_ended", _("ended a link to the report for the board")
)
