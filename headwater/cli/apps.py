from django.apps import AppConfig


class CliConfig(AppConfig):
    name = "headwater.cli"
    label = "cli"
