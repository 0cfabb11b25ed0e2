from django import forms
from django.utils.translation import gettext_lazy as _

from headwater.recognition.models import BoardPlace, Nomination, Rule, Story, Thanks


class ThanksForm(forms.ModelForm):
    class Meta:
        model = Thanks
        fields = ["words", "way"]
        widgets = {"words": forms.Textarea(attrs={"rows": 4}), "way": forms.RadioSelect}
        help_texts = {"words": _("Name the deed. Ask for nothing.")}

    def __init__(self, *args: object, can_mail: bool = True, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["words"].required = True
        ways = [way for way in Thanks.Way.choices if can_mail or way[0] != Thanks.Way.EMAIL]
        self.fields["way"] = forms.ChoiceField(
            label=_("How"), choices=ways, widget=forms.RadioSelect, initial=ways[0][0]
        )


class RuleForm(forms.ModelForm):
    class Meta:
        model = Rule
        fields = ["points", "cap"]


class StoryForm(forms.ModelForm):
    class Meta:
        model = Story
        fields = ["words"]
        widgets = {"words": forms.Textarea(attrs={"rows": 4})}


class StoryAnswerForm(StoryForm):
    """The partner's own answer: the words may be changed before a yes."""


class BoardForm(forms.ModelForm):
    class Meta:
        model = BoardPlace
        fields = ["pseudonym"]
        help_texts = {"pseudonym": _("Leave empty to stand there by your own name.")}


class NominationForm(forms.ModelForm):
    email = forms.EmailField(label=_("Their e-mail"), help_text=_("As you would write to them."))

    class Meta:
        model = Nomination
        fields = ["words"]
        widgets = {"words": forms.Textarea(attrs={"rows": 3})}

    field_order = ["email", "words"]
