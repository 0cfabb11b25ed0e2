from django.apps import AppConfig


class EvaluationConfig(AppConfig):
    name = "headwater.evaluation"
    label = "evaluation"
