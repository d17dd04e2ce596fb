"""Pure codecs: bytes to frozen values and back. No Django, no database, no network, no clock."""
