from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "headwater.api"
    label = "api"
