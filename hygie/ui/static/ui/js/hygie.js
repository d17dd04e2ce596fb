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
