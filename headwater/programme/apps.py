from django.apps import AppConfig


class ProgrammeConfig(AppConfig):
    name = "headwater.programme"
    label = "programme"
