// What is typed narrows the lines at hand at once; without script the form's button asks for the same.
// Arrow down goes to the first line; Enter opens the only line left.
"use strict";
document.querySelectorAll("input[data-narrow]").forEach((field) => {
  const lines = [...document.querySelectorAll("[data-spoken]")];
  const told = document.querySelector("[data-narrowed]");
  const plain = (words) =>
    words.toLowerCase().replaceAll("œ", "oe").normalize("NFKD").replace(/\p{M}/gu, "").replace(/[^a-z0-9%+]+/g, " ").trim();
  const shown = () => lines.filter((line) => !line.hidden);
  field.addEventListener("input", () => {
    if (field.defaultValue && !field.value) { field.form.requestSubmit(); return; } // the other lines are not here
    const wanted = plain(field.value).split(" ");
    for (const line of lines) line.hidden = !wanted.every((word) => ` ${line.dataset.spoken}`.includes(` ${word}`));
    for (const panel of new Set(lines.map((line) => line.closest(".panel")))) {
      panel.hidden = !panel.querySelector("[data-spoken]:not([hidden])");
    }
    told.textContent = field.value.trim() ? told.dataset.narrowed.replace("{n}", shown().length) : "";
  });
  field.addEventListener("keydown", (event) => {
    if (event.key !== "ArrowDown") return;
    event.preventDefault();
    shown()[0]?.querySelector("a").focus();
  });
  field.form.addEventListener("submit", (event) => {
    if (!field.value.trim() || shown().length !== 1) return;
    event.preventDefault();
    shown()[0].querySelector("a").click();
  });
});
