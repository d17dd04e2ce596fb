from django.apps import AppConfig


class ObservatoryConfig(AppConfig):
    name = "hygie.observatory"
    label = "observatory"
