from hygie.portal.tests.conftest import browse, world

__all__ = ["browse", "world"]
