"""Tables of the messages room: private to it, all of one person, all behind the wall."""

from hygie.messages.models.notice import Contact, Notice

__all__ = ["Contact", "Notice"]
