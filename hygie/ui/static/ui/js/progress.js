// Looks again every two seconds while something is under way, and says where it is to who does not see it: every ten seconds, and
// when it is over. Without it, « Actualiser » does the same.
"use strict";
(() => {
  const told = document.createElement("p");
  told.className = "unseen";
  told.setAttribute("role", "status");
  document.querySelector("main")?.append(told);
  let looks = 0;

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
          const over = fresh.dataset.progress !== "yes";
          if (over || ++looks % 5 === 0) told.textContent = (fresh.querySelector(over ? "h1" : "label") ?? fresh).textContent;
        }
      } catch { /* the next look will tell */ }
    }
    setTimeout(look, 2000);
  };
  setTimeout(look, 2000);
})();
