"""Config: settings, addresses, and the one table that says which function hears which event."""
