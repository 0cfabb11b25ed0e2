from headwater.evaluation.studio.activities import activities, activity_kind, draws
from headwater.evaluation.studio.budget import budget
from headwater.evaluation.studio.campaigns import campaigns, verdict
from headwater.evaluation.studio.counts import counting_now
from headwater.evaluation.studio.decisions import decisions
from headwater.evaluation.studio.links import board_link_end, board_links
from headwater.evaluation.studio.reports import how, report, report_csv, report_pdf, slides
from headwater.evaluation.studio.returns import returns
from headwater.evaluation.studio.running import workings
from headwater.evaluation.studio.trials import trial, trial_file, trial_files, trials

__all__ = [
    "activities", "activity_kind", "board_link_end", "board_links", "budget", "campaigns",
    "counting_now", "decisions", "draws", "how", "report", "report_csv", "report_pdf", "returns",
    "slides", "trial", "trial_file", "trial_files", "trials", "verdict", "workings",
]  # fmt: skip
