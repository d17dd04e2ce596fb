from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "hygie.ops.desk"
    label = "desk"
