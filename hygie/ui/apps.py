from django.apps import AppConfig


class UiConfig(AppConfig):
    name = "hygie.ui"
    label = "ui"
