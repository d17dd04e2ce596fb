// Shows which files were chosen, takes dropped ones, keeps page after page of a camera, and sends many files a few at a time:
// what was sent stays, whatever becomes of the page. Without it the file inputs do everything.
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

  // As the server counts them (portal/add_form.py): few are told about at once, many go on without the page.
  const few = 5, light = 15e6;
  const form = box.closest("form");
  const send = async (files, words) => {
    let apport = "", suite = "", sent = 0;
    while (sent < files.length) {
      const body = new FormData();
      words.forEach(([name, value]) => body.append(name, value));
      if (apport) body.append("apport", apport);
      let weighs = 0, next = sent;
      do {
        weighs += files[next].size;
        body.append("documents", files[next]);
        next += 1;
      } while (next < files.length && next - sent < 20 && weighs + files[next].size < light);
      const answer = await fetch(box.dataset.many, { method: "POST", body });
      if (!answer.ok) throw new Error(answer.status);
      ({ apport, suite } = await answer.json());
      sent = next;
      list.replaceChildren(Object.assign(document.createElement("li"), { textContent: `${sent} / ${files.length}` }));
    }
    location.assign(suite);
  };
  form.addEventListener("submit", (event) => {
    const files = inputs.flatMap((input) => [...input.files]);
    const many = files.length > few || files.reduce((sum, file) => sum + file.size, 0) > light;
    if (!many || (together && together.checked && files.length > 1)) return;
    event.preventDefault();
    const words = [...new FormData(form)].filter(([, value]) => typeof value === "string");
    const buttons = [...form.querySelectorAll("button")];
    buttons.forEach((button) => { button.disabled = true; });
    send(files, words).catch(() => {
      buttons.forEach((button) => { button.disabled = false; });
      list.replaceChildren(Object.assign(document.createElement("li"), { className: "error", textContent: box.dataset.cut }));
    });
  });
})();
