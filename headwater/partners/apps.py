from django.apps import AppConfig


class PartnersConfig(AppConfig):
    name = "headwater.partners"
    label = "partners"
