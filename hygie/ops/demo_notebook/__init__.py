"""The demonstration's « Mon carnet »: somebody else's small application, in a process and an origin of its own.

A person connects it to her space by a standalone SMART launch (PKCE S256, no key and no secret), and it shows her a small
table: her measures and her laboratory results, which is all it asks for. It knows nothing of Hygie but its address, over
HTTP. What it reads it keeps nowhere; its tokens live in this process alone, and die with it.

    python -m hygie.ops.demo_notebook TOLD      TOLD: what `ops.demo.notebook` wrote; nothing in it is secret
"""
