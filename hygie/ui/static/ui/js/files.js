// Shows which files were chosen, takes dropped ones, and keeps page after page of a camera. Without it the file inputs do everything.
"use strict";
(() => {
  const box = document.querySelector("[data-drop]");
  if (!box) return;
  const inputs = [...box.querySelectorAll("input[type=file]")];
  const list = box.querySelector("[data-chosen]");
  const weight = (bytes) => bytes < 1e6 ? `${Math.max(1, Math.round(bytes / 1000))} ko` : `${(bytes / 1e6).toFixed(1).replace(".", ",")} Mo`;

  const show = () => {
    list.replaceChildren(...inputs.flatMap((input) => [...input.files]).map((file) => {
      const line = document.createElement("li");
      line.textContent = `${file.name} (${weight(file.size)})`;
      return line;
    }));
  };
  inputs.forEach((input) => input.addEventListener("change", show));

  // A telephone's camera gives one photo each time: the pages taken before stay.
  const camera = inputs.find((input) => input.hasAttribute("capture"));
  const together = document.querySelector("[name=together]");
  let taken = [];
  camera?.addEventListener("change", () => {
    const all = new DataTransfer();
    taken = [...taken, ...camera.files];
    taken.forEach((file) => all.items.add(file));
    camera.files = all.files;
    if (together && taken.length > 1) together.checked = true;
    show();
  });

  box.addEventListener("dragover", (event) => { event.preventDefault(); box.dataset.over = "yes"; });
  box.addEventListener("dragleave", () => delete box.dataset.over);
  box.addEventListener("drop", (event) => {
    event.preventDefault();
    delete box.dataset.over;
    inputs[0].files = event.dataTransfer.files;
    show();
  });
})();
