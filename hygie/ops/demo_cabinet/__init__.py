"""The demonstration's « logiciel de cabinet »: a small program of somebody else's, in a process and an origin of its own.

It keeps its own patients, calls CDS Hooks when a chart opens, shows the card it receives, and opens Hygie's useful page
by a SMART launch. It knows nothing of Hygie but its address, over HTTP, and the key it was registered with.

    python -m hygie.ops.demo_cabinet TOLD      TOLD: what `ops.demo.cabinet` wrote (0600: its private key is in it)
"""
