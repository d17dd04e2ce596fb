"""`hygie bench`: figures with this machine's own baseline beside them. Never a test: machines differ."""
