from django.apps import AppConfig


class RecognitionConfig(AppConfig):
    name = "headwater.recognition"
    label = "recognition"
