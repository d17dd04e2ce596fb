// Places the four corners of a page on its photo, by finger, mouse or arrow keys. Without it the corners found are used.
"use strict";
(() => {
  const form = document.getElementById("gestes");
  const svg = "http://www.w3.org/2000/svg";

  const adjust = (shot, apply) => {
    const points = [[8, 8], [92, 8], [92, 92], [8, 92]];
    const drawing = document.createElementNS(svg, "svg");
    const outline = document.createElementNS(svg, "polygon");
    drawing.setAttribute("viewBox", "0 0 100 100");
    drawing.setAttribute("preserveAspectRatio", "none");
    drawing.setAttribute("aria-hidden", "true");
    drawing.append(outline);
    shot.dataset.adjusting = "yes";
    shot.append(drawing);

    const handles = points.map((point, at) => {
      const handle = document.createElement("button");
      handle.type = "button";
      handle.className = "corner";
      handle.setAttribute("aria-label", `${shot.dataset.name} ${at + 1}`);
      const move = (x, y) => {
        point[0] = Math.min(100, Math.max(0, x));
        point[1] = Math.min(100, Math.max(0, y));
        draw();
      };
      handle.addEventListener("pointerdown", (event) => handle.setPointerCapture(event.pointerId));
      handle.addEventListener("pointermove", (event) => {
        if (!handle.hasPointerCapture(event.pointerId)) return;
        const box = shot.getBoundingClientRect();
        move((event.clientX - box.left) / box.width * 100, (event.clientY - box.top) / box.height * 100);
      });
      handle.addEventListener("keydown", (event) => {
        const ways = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
        if (!ways) return;
        event.preventDefault();
        move(point[0] + ways[0], point[1] + ways[1]);
      });
      shot.append(handle);
      return handle;
    });

    const draw = () => {
      outline.setAttribute("points", points.map((point) => point.join(",")).join(" "));
      handles.forEach((handle, at) => {
        handle.style.left = `${points[at][0]}%`;
        handle.style.top = `${points[at][1]}%`;
      });
    };
    draw();
    handles[0].focus();
    apply.addEventListener("click", () => {
      form.elements.coins.value = points.flat().map((one) => Math.round(one * 100)).join(".");
    });
  };

  document.querySelectorAll("[data-adjust]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => {
      const apply = document.querySelector(`[data-apply="${button.dataset.adjust}"]`);
      button.hidden = true;
      apply.hidden = false;
      adjust(document.querySelector(`[data-corners="${button.dataset.adjust}"]`), apply);
    }, { once: true });
  });
})();
