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
    "nothing_else_began": gettext_lazy("nothing else of that size began in the same weeks"),
    "weeks_before_tell_the_usual": gettext_lazy("the weeks before tell what is usual"),
    "controls_untouched": gettext_lazy("the places compared with were not touched by it"),
    "controls_keep_their_relation": gettext_lazy("those places go on moving as ours do"),
    "no_season_or_event": gettext_lazy("no season or holiday explains it"),
}
GRADES = {
    "A": gettext_lazy("A: drawn by lot, needs no trust"),
    "B": gettext_lazy("B: compared with others who were not reached"),
    "C": gettext_lazy("C: weeks before, with places to compare"),
    "D": gettext_lazy("D: weeks before alone; a hint, not a proof"),
}


def key_of(word: str) -> str:
    """The scale's word as a class and a key: yes, probably, cannot_tell, probably_not, no."""
    return word.replace(" ", "_").replace("-", "_")
