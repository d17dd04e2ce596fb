// Keys for those who have their hands on them: "/" searches, "?" shows the list, "p" and "d" lead to the two lists;
// on the useful page "r", "t" and "n" go to the results, the treatments and what is new, "l" opens all results; in an emergency "e" to the essential.
"use strict";
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, textarea, select, [contenteditable]")) return;
  const go = (address) => { const link = document.querySelector(`.nav a[href$="${address}"]`); if (link) link.click(); };
  const stand = (id) => {
    const panel = document.getElementById(id);
    if (!panel) return;
    panel.tabIndex = -1;
    panel.focus();
  };
  const keys = {
    "/": () => document.querySelector("[data-search], main input[name=matricule]")?.focus(),
    "?": () => { const list = document.querySelector("[data-keys]"); if (list) { list.open = true; list.querySelector("summary").focus(); } },
    "r": () => stand("resultats"),
    "t": () => stand(document.getElementById("traitements") ? "traitements" : "treatments"),
    "a": () => stand("allergies"),
    "l": () => document.querySelector("[data-results]")?.click(),
    "e": () => document.querySelector("[data-essential]")?.click(),
    "n": () => stand("nouveautes"),
    "p": () => go("/pro/"),
    "d": () => go("/depots/"),
  };
  if (keys[event.key]) { event.preventDefault(); keys[event.key](); }
});
