from django.apps import AppConfig

from headwater.ui.field_messages import speak_plainly

speak_plainly()  # before the models: their constraints take their words as they are made


class UiConfig(AppConfig):
    name = "headwater.ui"
    label = "ui"
