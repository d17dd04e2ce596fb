// Looks again every two seconds while something is under way. Without it, « Actualiser » does the same.
"use strict";
(() => {
  const look = async () => {
    const box = document.querySelector("[data-progress=yes]");
    if (!box) return;
    if (!document.hidden && !box.contains(document.activeElement)) {
      try {
        const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        const fresh = page.querySelector("[data-progress]");
        if (answer.ok && fresh) {
          box.replaceWith(fresh);
          document.title = page.title;
        }
      } catch { /* the next look will tell */ }
    }
    setTimeout(look, 2000);
  };
  setTimeout(look, 2000);
})();
