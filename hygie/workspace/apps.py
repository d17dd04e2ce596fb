from django.apps import AppConfig


class WorkspaceConfig(AppConfig):
    name = "hygie.workspace"
    label = "workspace"
