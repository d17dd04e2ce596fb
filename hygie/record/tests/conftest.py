from hygie.portal.tests.conftest import world

__all__ = ["world"]
