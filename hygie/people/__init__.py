"""People: who is who. Identities (INS), professionals, organisations, software clients, accounts."""
