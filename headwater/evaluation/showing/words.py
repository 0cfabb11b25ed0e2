"""The words on the one scale, the grades, and what is assumed: slugs of the sums, as said."""

from django.utils.translation import gettext_lazy

SUCCESS = {
    "yes": gettext_lazy("Yes"),
    "probably": gettext_lazy("Probably"),
    "cannot_tell": gettext_lazy("We can’t tell"),
    "probably_not": gettext_lazy("Probably not"),
    "no": gettext_lazy("No"),
}
ASSUMED = {
    "nothing_else_began": gettext_lazy("nothing else of that size began at the same time"),
    "weeks_before_tell_the_usual": gettext_lazy("the time before tells what is usual"),
    "controls_untouched": gettext_lazy("the places compared with were not touched by it"),
    "controls_keep_their_relation": gettext_lazy("those places go on moving as ours do"),
    "no_season_or_event": gettext_lazy("no season or holiday explains it"),
    "draw_was_kept_to": gettext_lazy("it began in the places that were drawn, and only there"),
    "waiting_markets_not_reached": gettext_lazy("nobody was reached where they waited their turn"),
    "effect_alike_in_drawn_markets": gettext_lazy("it did about the same in each place drawn"),
    "untouched_not_reached": gettext_lazy("the places compared with were not reached by it"),
    "untouched_go_on_moving_alike": gettext_lazy(
        "those places would have gone on moving together with ours"
    ),
}
CHECKS = {  # what was looked at before the answer was believed, as a sentence if it failed
    "placebo_dates": gettext_lazy("Dates before it claim effects where nothing happened."),
    "fits_before": gettext_lazy("No mixture of the places compared with moved quite as ours did."),
    "registered_before": gettext_lazy("Its aim was chosen when the result could be known."),
}
METHODS = {
    "markets_drawn_by_lot": gettext_lazy("places drawn by lot, beside those that waited"),
    "synthetic_difference_in_differences": gettext_lazy(
        "a mixture of places that had none, over the same time"
    ),
    "difference_in_differences": gettext_lazy("places that had none, over the same time"),
    "synthetic_control": gettext_lazy("a mixture of places that had none"),
    "structural_time_series": gettext_lazy("the time before, carried on"),
    "none": gettext_lazy("nothing could be worked out"),
}
GRADES = {
    "A": gettext_lazy("A: drawn by lot, needs no trust"),
    "B": gettext_lazy("B: compared with others who were not reached"),
    "C": gettext_lazy("C: the time before, with places to compare"),
    "D": gettext_lazy("D: a hint, not a proof"),
}


LACKS = {  # what was missing, and what to add
    "draw_not_kept": (
        gettext_lazy("The places it ran in are not those that its number draws."),
        gettext_lazy("So no lot decided, and it’s judged like a campaign whose places we chose."),
    ),
    "nothing_to_compare": (
        gettext_lazy("There was no place without it to compare with."),
        gettext_lazy("Add the counts of a place that had none, for the same time."),
    ),
    "gaps_where_compared": (
        gettext_lazy("The places to compare with lack counts for some of the time."),
        gettext_lazy("Fill their gaps, and they are compared with."),
    ),
    "no_counts": (
        gettext_lazy("Nothing was counted where it ran."),
        gettext_lazy("Bring in what was counted before it began and while it ran."),
    ),
    "no_before": (
        gettext_lazy("Nothing was counted before it began, so nobody knows what was usual."),
        gettext_lazy("Bring in at least twelve counts from before, and more if there are any."),
    ),
    "no_while": (
        gettext_lazy("Nothing was counted from when it began on."),
        gettext_lazy("Bring in what was counted while it ran."),
    ),
    "always_the_same": (
        gettext_lazy("Every count before it is the same, so nothing tells what luck alone does."),
        gettext_lazy("Look whether the numbers came in right, or count something that varies."),
    ),
    "gaps_while_it_ran": (
        gettext_lazy("Some of the time it ran was not counted; it’s left out, not taken for none."),
        gettext_lazy("Add those counts if somebody has them."),
    ),
    "too_long_alone": (
        gettext_lazy("With nothing to compare with, we judge its first two years only."),
        gettext_lazy("With places that had none, the whole time could be judged."),
    ),
}


def key_of(word: str) -> str:
    """The scale's word as a class and a key: yes, probably, cannot_tell, probably_not, no."""
    return word.replace(" ", "_").replace("-", "_")
