// Small comforts. Every page works without them; behaviour hangs on data-* attributes, never on classes.
"use strict";
(() => {
  const each = (what, act) => document.querySelectorAll(what).forEach(act);

  // After an error the reader is taken to the summary of what to mend.
  each("[data-focus]", (box) => box.focus());

  // "Imprimer" exists only where a script can print.
  each("[data-print-page]", (button) => {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  });

  // A choice that narrows a list applies at once; without script its button does it.
  each("form[data-apply]", (form) => {
    form.addEventListener("change", (event) => { if (event.target.matches("select")) form.requestSubmit(); });
  });

  // Leaving fast: the page empties, the session ends behind it, and an empty page takes its place in the history.
  // A page that the browser kept whole is emptied and asked for anew when one goes back to it.
  const GONE = "hygie-gone";
  each("form[data-quick-exit]", (form) => {
    const leave = () => {
      const said = { method: "POST", body: new URLSearchParams(new FormData(form)), keepalive: true, redirect: "manual" };
      const empty = form.dataset.quickExit;
      document.body.replaceChildren();
      document.title = "\u00a0";
      sessionStorage.setItem(GONE, "yes");
      const ended = fetch(form.action, said).catch(() => {});
      Promise.race([ended, new Promise((enough) => setTimeout(enough, 1500))]).then(() => location.replace(empty));
    };
    form.addEventListener("submit", (event) => { event.preventDefault(); leave(); });
    const hint = document.getElementById("sortie-clavier");
    hint.hidden = false;
    form.querySelector("button").setAttribute("aria-describedby", hint.id);
    let presses = [];
    document.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") { presses = []; return; }
      presses = [...presses, event.timeStamp].filter((at) => event.timeStamp - at < 2000);
      if (presses.length === 3) leave();
    });
  });
  window.addEventListener("pageshow", (event) => {
    if (!event.persisted) return sessionStorage.removeItem(GONE);
    if (sessionStorage.getItem(GONE)) { document.body.replaceChildren(); location.reload(); }
  });

  // A row of links that is wider than the screen brings the one that is reached wholly into sight.
  document.addEventListener("focusin", (event) => {
    if (event.target.closest("nav")) event.target.scrollIntoView({ block: "nearest", inline: "nearest" });
  });

  // A form is sent once: a second press while the first is on its way does nothing.
  each("form[method=post]", (form) => {
    form.addEventListener("submit", (event) => {
      if (form.dataset.sent) event.preventDefault();
      form.dataset.sent = "yes";
    });
  });
  window.addEventListener("pageshow", () => each("form[data-sent]", (form) => delete form.dataset.sent));

  // What is folded on screen is printed open.
  window.addEventListener("beforeprint", () => each("details:not([open])", (fold) => { fold.open = true; fold.dataset.printed = ""; }));
  window.addEventListener("afterprint", () => each("details[data-printed]", (fold) => { fold.open = false; delete fold.dataset.printed; }));
})();
