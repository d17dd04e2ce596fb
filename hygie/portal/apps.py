from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "hygie.portal"
    label = "portal"
