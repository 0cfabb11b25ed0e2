"""How each question is answered, in words for somebody who is no statistician."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Words = str | Promise


@dataclass(frozen=True)
class Question:
    """One of the six questions: words, what is assumed, the formula and its source."""

    slug: str
    title: Words
    words: tuple[Words, ...]
    assumed: tuple[Words, ...]
    formulas: tuple[str, ...]
    source: str


QUESTIONS = (
    Question(
        "success",
        _("Was it a success?"),
        (
            _(
                "We work out what would have been without the campaign, and take that from what was"
                " counted. The best way that your data allow is used: places left out by lot; else "
                "places that had none, mixed so that together they moved as ours did before; else "
                "the weeks before, together with other counts that go up and down alike; else the "
                "weeks before alone."
            ),
            _(
                "Then we say two odds apart: that it brought more at all, and that it met your aim."
                " Six dates before it began are asked the same. If they claim effects where nothing"
                " happened, the answer is believed less."
            ),
        ),
        (
            _("Nothing else of that size began in the same weeks."),
            _(
                "The places compared with were not touched by the campaign, and go on moving as "
                "ours would have."
            ),
            _(
                "The aim is the one that was locked before it began. One changed later stands "
                "beside it, and a number that was chosen afterwards is marked so."
            ),
        ),
        (
            "effect = Σ over counted weeks of (counted − expected without it)",
            "synthetic: expected = level + Σ wⱼ · placeⱼ, wⱼ ≥ 0, Σ wⱼ = 1, fitted before it began",
            "series: y(t) = level(t) + β·x(t) + noise, level(t) = level(t−1) + step",
        ),
        "Arkhangelsky et al. 2021; Abadie, Diamond & Hainmueller 2010; Brodersen et al. 2015.",
    ),
    Question(
        "better",
        _("Could it have done better?"),
        (
            _(
                "Only something that was tried in two ways can say. Where lots decided who was "
                "offered which wording, time or audience, we compare them; where nothing was "
                "varied, nobody can know, and we say so with the cheapest test for next time."
            ),
            _(
                "First we look whether the split was as promised. If it wasn’t, we read nothing "
                "from it."
            ),
            _(
                "The best choice for each group is found on one half of the people and valued on "
                "the other, since whatever looks best on the same people looks better than it is."
            ),
        ),
        (
            _("Lots decided who got which, with odds that were written down."),
            _("What one person got did not change what another did."),
            _(
                "Small groups lean on the whole: their differences are drawn towards the average by"
                " as much as they are uncertain."
            ),
        ),
        (
            "left on the table = value(best choice) − value(what was done)",
            "score for choice k = μ̂ₖ(x) + 1{got k}·(y − μ̂ₖ(x)) / odds of k",
        ),
        "Lin 2013; Robins, Rotnitzky & Zhao 1994; Athey & Wager 2021; Morris 1983.",
    ),
    Question(
        "elsewhere",
        _("Should we have invested somewhere completely different?"),
        (
            _(
                "Each thing money can go to brings less with every further pound. From what each "
                "was seen to bring, and from how far that can be believed, we draw thousands of "
                "curves that fit, and ask of each how the same money would have been split best."
            ),
            _(
                "We never advise to put all on one: what looks best on little evidence is often "
                "luck."
            ),
            _(
                "The budget page asks the same of the coming year, with as much money as last year."
                " It names a move only where 80 in 100 or more say that it brings more; one with "
                "smaller odds is called a test to make. Nothing is given more than twice what was "
                "ever spent on it in a year."
            ),
        ),
        (
            _(
                "Worth is what you said one more is worth, to you and to partners. We put no price "
                "on attention."
            ),
            _("A lower grade counts as a wider range. Ranges of money hold 90 times in 100."),
            _("One thing neither helps nor hinders another."),
            _("Hours are costs. While they have no price there is no comparison."),
        ),
        ("brought by x pounds = b · (1 − exp(−x / s))",
         "left on the table = E[best of each curve] − E[what was done]"),
        "Jin et al. 2017 for the shape of the curves; water-filling for the split.",
    ),
    Question(
        "return",
        _("What did building capacity return, and when did it pay for itself?"),
        (
            _(
                "Partners began at different times. Each is compared with those who had not begun "
                "yet, week by week since they did. That gives what learning brings, how long it "
                "takes to build up and how fast it fades; with every cost and hour it gives what "
                "came back less what was spent, and the date at which the one met the other."
            ),
            _(
                "We say how much of the answer comes from your data and how much from what is "
                "usual. Campaigns stand on the same picture by the same rules, so capacity may "
                "lose."
            ),
        ),
        (
            _(
                "Without it, those who came early and late would have moved alike. Whoever comes "
                "chooses to come, so this is grade B at best."
            ),
            _(
                "Nothing is carried on past 104 weeks. Under a hundred partners there is only a "
                "range."
            ),
        ),
        (
            "effect e weeks after = A · (1 − exp(−(e + 1) / build-up)) · 0.5^(e / half-life)",
            "return(t) = Σ effects · worth − Σ (money + hours · rate)",
        ),
        "Callaway & Sant’Anna 2021.",
    ),
    Question(
        "activity",
        _("Did the activity cause the change?"),
        (
            _(
                "Those who took part are compared with those who had not yet, by two methods beside"
                " each other, which should agree. We look whether they had drifted apart before, "
                "say the smallest drift that we could have seen, and the drift that would undo the "
                "answer."
            ),
            _(
                "Where places or dates were given by lot, the lot decides and nothing has to be "
                "believed: that is grade A. We draw the same lots thousands of times more and see "
                "how often luck alone does as much."
            ),
        ),
        (
            _(
                "Without it, those who came and those who had not come yet would have moved alike. "
                "Lots alone make that certain."
            ),
            _("What several activities do to the same partner adds up."),
            _("Attendance that people chose is called that."),
            _("A week that nobody counted is not a week of none."),
        ),
        (
            "ATT(g, t) = mean change of those who began in g − mean change of those not begun by t",
            "on those who came = effect of being drawn / share who came because they were drawn",
        ),
        "Callaway & Sant’Anna 2021; Borusyak, Jaravel & Spiess 2024; Wu & Ding 2021.",
    ),
    Question(
        "fluency",
        _("How fluent is a partner?"),
        (
            _(
                "Each answer in a check-in says a little about where somebody stands, a hard "
                "question more about the fluent and an easy one more about beginners. The next "
                "question is the one that would tell most; it stops as soon as enough is known."
            ),
            _("The score is the partner’s own. Staff see groups of ten or more."),
        ),
        (
            _(
                "Questions mean the same to everybody. Under 200 answers they keep the difficulty "
                "they came with."
            ),
        ),
        (
            "P(at least k | θ) = 1 / (1 + exp(−(a·θ + dₖ)))",
            "score = E[θ | answers], shown as 0 to 100",
        ),
        "Samejima 1969; Bock & Aitkin 1981; van der Linden & Glas 2010.",
    ),
)  # fmt: skip

NEVER = (
    _("Count machines as visits."),
    _("Choose the aim after the result. One chosen afterwards is marked."),
    _("Show the best of many numbers as if it had been the only one."),
    _("Carry a curve on past 104 weeks."),
    _("Put a price on attention. Money is only what you said one more is worth."),
    _("Say a figure without its range and its grade, or nought where nobody counted."),
)
