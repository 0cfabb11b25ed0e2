from django.utils.translation import gettext_lazy as _

from headwater.ledger.verbs import declare

JOINED = declare("partners.joined", _("joined"))
CONSENTED = declare("partners.consented", _("agreed to hear from us"))
OBJECTED = declare("partners.objected", _("asked us to stop"))
GOAL_SET = declare("partners.goal_set", _("set a goal of their own"))
GOAL_WEEK_KEPT = declare("partners.goal_week_kept", _("noted a week towards their goal"))
STAFF_IMPORTED = declare("staff.partners_imported", _("brought a list in"))
STAFF_IMPORT_UNDONE = declare("staff.import_undone", _("took an import back"))
STAFF_CHANGED = declare("staff.partner_changed", _("changed a partner"))
STAFF_MERGED = declare("staff.partners_merged", _("merged two partners"))
STAFF_NOTED = declare("staff.note_written", _("wrote a note"))
STAFF_SEGMENT_SAVED = declare("staff.segment_saved", _("saved a segment"))
