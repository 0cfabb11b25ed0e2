from django.apps import AppConfig

from headwater.ui.field_messages import speak_plainly


class UiConfig(AppConfig):
    name = "headwater.ui"
    label = "ui"

    def ready(self) -> None:
        speak_plainly()
