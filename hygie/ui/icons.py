"""The icons: our own strokes on a 24 x 24 grid, drawn inline so that a page asks for no other file.

An icon never speaks alone: words stand beside it, or in its label.
"""

from __future__ import annotations

ICONS: dict[str, str] = {
    "arrow-down": '<path d="M12 5v14m6-6-6 6-6-6"/>',
    "arrow-up": '<path d="M12 19V5m-6 6 6-6 6 6"/>',
    "archive": '<path d="M4 8h16v11a1 1 0 0 1-1 1H5a1 1 0 0 1-1-1zM3 4h18v4H3zM10 12h4"/>',
    "arrow-left": '<path d="M19 12H5m6-6-6 6 6 6"/>',
    "arrow-right": '<path d="M5 12h14m-6-6 6 6-6 6"/>',
    "bag": '<path d="M5 8h14l-1 12H6zM9 8V7a3 3 0 0 1 6 0v1M12 12v4m-2-2h4"/>',
    "block": '<circle cx="12" cy="12" r="8.5"/><path d="m6 6 12 12"/>',
    "building": '<path d="M5 21V5l8-2v18M13 9h6v12M3 21h18M8 8h2m-2 4h2m-2 4h2m6-3h0m0 4h0"/>',
    "camera": '<path d="M4 8h3.5L9 5h6l1.5 3H20v11H4z"/><circle cx="12" cy="13" r="3.2"/>',
    "card": '<rect x="3" y="5" width="18" height="14" rx="2"/><circle cx="8.5" cy="11" r="2"/><path d="M5.5 16c.5-1.6 5.5-1.6 6 0M14.5 10H18m-3.5 4H18"/>',
    "chart": '<path d="M4 4v16h16"/><path d="m7.500 15 3.500-4.500 3 2.500 5-6.500"/>',
    "check": '<path d="m5 12.5 4.5 4.500L19 7.5"/>',
    "chevron": '<path d="m9 6 6 6-6 6"/>',
    "clipboard": '<path d="M9 4.500H6V21h12V4.500h-3M9 3h6v3H9zM9 11h6m-6 4h4"/>',
    "clock": '<circle cx="12" cy="12" r="8.5"/><path d="M12 7v5.200l3.3 2"/>',
    "document": '<path d="M6 3h8l4 4v14H6zM14 3v4h4M9 12h6m-6 4h6"/>',
    "download": '<path d="M12 4v11m-4.5-4L12 15.5 16.5 11M5 20h14"/>',
    "emergency": '<path d="M12 3v18M4.2 7.500l15.6 9M4.2 16.500l15.6-9"/>',
    "euro": '<path d="M18 6.500A7 7 0 1 0 18 17.500M4 10.500h9M4 13.500h8"/>',
    "eye": '<path d="M2.5 12C5 7.5 8.3 5.5 12 5.500s7 2 9.5 6.500c-2.5 4.5-5.8 6.5-9.5 6.500S5 16.5 2.5 12z"/><circle cx="12" cy="12" r="2.8"/>',
    "eye-off": '<path d="M10 5.700c.7-.1 1.3-.2 2-.2 3.7 0 7 2 9.5 6.5-.7 1.3-1.5 2.4-2.3 3.300M6.5 7.200C5 8.3 3.7 9.9 2.5 12 5 16.5 8.3 18.5 12 18.500c1.7 0 3.3-.4 4.7-1.200M3.5 3.500l17 17M10 10.200a2.8 2.8 0 0 0 3.9 3.9"/>',
    "flag": '<path d="M6 21V4m0 1c4-2.5 7 2.5 12 0v9c-5 2.5-8-2.5-12 0"/>',
    "flask": '<path d="M9.5 3v6L4.8 18.500A1.7 1.7 0 0 0 6.3 21h11.400a1.7 1.7 0 0 0 1.5-2.500L14.5 9V3M8 3h8M7.5 15h9"/>',
    "folder": '<path d="M3 6h6l2 2.500h10V19H3z"/>',
    "globe": '<circle cx="12" cy="12" r="8.5"/><path d="M3.5 12h17M12 3.500c-5.500 5-5.500 12 0 17M12 3.500c5.500 5 5.500 12 0 17"/>',
    "heart": '<path d="M12 20C5 15.5 3 12 3 8.8 3 6 5 4.5 7.3 4.500c2 0 3.7 1.2 4.7 3 1-1.8 2.7-3 4.7-3C19 4.5 21 6 21 8.8 21 12 19 15.5 12 20z"/>',
    "home": '<path d="m3.5 11.5 8.5-7.5 8.5 7.500M6 9.500V20h12V9.500M10 20v-5h4v5"/>',
    "info": '<circle cx="12" cy="12" r="8.5"/><path d="M12 11v5.500M12 7.700v.1"/>',
    "journal": '<path d="M5 4h12a2 2 0 0 1 2 2v14H7a2 2 0 0 1-2-2zM5 18a2 2 0 0 1 2-2h12M9 8h6m-6 4h4"/>',
    "key": '<circle cx="8" cy="15" r="4"/><path d="m11 12 8.5-8.500M16 7l3 3m-5.5-.5 2 2"/>',
    "lock": '<rect x="5" y="11" width="14" height="9.5" rx="2"/><path d="M8 11V8a4 4 0 0 1 8 0v3M12 15v2"/>',
    "message": '<path d="M4 5h16v11H10l-4 4v-4H4z"/>',
    "people": '<circle cx="9" cy="8" r="3.5"/><path d="M2.5 20c.5-4 3-6 6.5-6s6 2 6.5 6M15.5 4.800a3.5 3.5 0 0 1 0 6.400M17.5 14.300c2.2.7 3.6 2.6 4 5.7"/>',
    "person": '<circle cx="12" cy="8" r="4"/><path d="M4.5 20.500c.6-4.3 3.5-6.5 7.5-6.500s6.9 2.2 7.5 6.5"/>',
    "phone": '<path d="M6 3.500h3.500l1.5 4.5-2 1.500a11 11 0 0 0 5.5 5.500l1.5-2 4.5 1.500V18c0 1.5-1 2.5-2.5 2.500A14.5 14.5 0 0 1 3.5 6C3.5 4.5 4.5 3.5 6 3.500z"/>',
    "pill": '<path d="m10.5 20.2 9.7-9.700a4.8 4.8 0 0 0-6.7-6.700L3.8 13.500a4.8 4.8 0 0 0 6.7 6.700zM8.7 8.700l6.6 6.6"/>',
    "pin": '<path d="M8.500 3h7l-1 6.500 3 3V15h-11v-2.500l3-3zM12 15v6"/>',
    "plus": '<path d="M12 5v14M5 12h14"/>',
    "printer": '<path d="M7 9V3.500h10V9M7 17H4V9h16v8h-3M7 14h10v6.500H7z"/>',
    "route": '<circle cx="6" cy="18" r="2.5"/><circle cx="18" cy="6" r="2.5"/><path d="M8.5 18H15a3.5 3.5 0 0 0 0-7H9a3.5 3.5 0 0 1 0-5h6.5"/>',
    "scan": '<path d="M4 8V4h4m8 0h4v4m0 8v4h-4m-8 0H4v-4M12 7.500v9M9 9.500c0 1 1.3 1.5 3 1.500s3-.5 3-1.500M8 13.500c0 1.2 1.8 1.8 4 1.800s4-.6 4-1.8"/>',
    "seal": '<circle cx="12" cy="9.5" r="6"/><path d="m8.5 14.5-1.5 6.5 5-2.5 5 2.5-1.5-6.500M9.7 9.600l1.6 1.6 3-3.2"/>',
    "search": '<circle cx="10.5" cy="10.5" r="6.5"/><path d="m15.5 15.5 5 5"/>',
    "shield": '<path d="M12 3 4.5 6v5.500c0 4.5 3 7.5 7.5 9.5 4.5-2 7.5-5 7.5-9.500V6zM8.7 12l2.3 2.3 4.3-4.6"/>',
    "sign-out": '<path d="M14 4H5v16h9M10 12h10.500M17 8l4 4-4 4"/>',
    "syringe": '<path d="m14 4 6 6M17 7l-9.5 9.5-3.5.500.5-3.500L14 4M4 17l-1.5 4.500M9.5 9.500l2 2m1-5 2 2M18.5 2.500l3 3"/>',
    "trash": '<path d="M4 6.500h16M9 6.500V4h6v2.500M6 6.5 7 20.500h10l1-14M10 10.500v6m4-6v6"/>',
    "turn": '<path d="M19 5v5h-5M18.500 10A7 7 0 1 0 19 14"/>',
    "undo": '<path d="M8 5 4 9l4 4M4 9h10a5.5 5.5 0 0 1 0 11H9"/>',
    "upload": '<path d="M12 16V5m-4.5 4L12 4.5 16.5 9M5 20h14"/>',
    "warning": '<path d="M12 4 2.8 19.500h18.400zM12 10v4.500M12 17v.1"/>',
}

# Those that point along the line of reading: on a page read from right to left they point the other way.
POINTING = frozenset({"arrow-left", "arrow-right", "chevron", "journal", "message", "sign-out", "undo"})

LOGO = (
    '<svg viewBox="0 0 32 32" aria-hidden="true" focusable="false"><circle class="disc" cx="16" cy="16" r="16"/>'
    '<path class="cup" d="M7.5 13.500h17c0 5.2-3.6 8.5-8.5 8.500s-8.5-3.3-8.5-8.500zM16 22v3.500M11.5 25.800h9"/>'
    '<path class="drop" d="M16 4.800c1.9 2.2 2.7 3.4 2.7 4.500a2.7 2.7 0 0 1-5.4 0c0-1.1.8-2.3 2.7-4.500z"/></svg>'
)
