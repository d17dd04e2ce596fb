"""The crawl: every address, as every actor, with everyone else's objects. What must not be seen is marked by canaries."""
