from django.utils.translation import gettext_lazy as _

from headwater.ledger.verbs import declare

NOMINATED = declare("recognition.nominated", _("was named by somebody they helped"))
THANKED = declare("recognition.thanked", _("was thanked"))
AWARDED = declare("recognition.badge_earned", _("earned a badge"))
STORY_AGREED = declare("recognition.story_agreed", _("said yes to a story"))
STORY_REFUSED = declare("recognition.story_refused", _("said no to a story"))
STORY_TAKEN_DOWN = declare("recognition.story_taken_down", _("took their story down"))
STAFF_RULE_CHANGED = declare("staff.points_rule_changed", _("changed how points are given"))
STAFF_THANKED = declare("staff.partner_thanked", _("thanked a partner"))
STAFF_STORY_ASKED = declare("staff.story_asked", _("asked whether a story may be told"))
STAFF_STORY_TOLD = declare("staff.story_told", _("told a story"))
