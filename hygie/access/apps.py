from django.apps import AppConfig


class AccessConfig(AppConfig):
    name = "hygie.access"
    label = "access"
