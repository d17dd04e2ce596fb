// Reads a curve across its lanes: under the pointer, or day by day with the arrows. Without it, every point still has
// its words, and the table says the same.
"use strict";
document.querySelectorAll("[data-curve]").forEach((figure) => {
  const reading = figure.querySelector("[data-reading]");
  const lanes = [...figure.querySelectorAll(".plot[data-lane]")].map((plot) => ({
    plot, name: plot.dataset.lane, steps: plot.parentElement.hasAttribute("data-steps"), cursor: plot.querySelector(".cursor"),
    dots: [...plot.querySelectorAll(".dot")].map((dot) => ({ dot, x: parseFloat(dot.getAttribute("x")), said: dot.getAttribute("aria-label") })),
  }));
  if (!reading || !lanes.length) return;
  reading.hidden = false;
  const said = reading.textContent;

  const nearest = (lane, x) => lane.steps
    ? lane.dots.filter((one) => one.x <= x + 0.5).at(-1)
    : lane.dots.reduce((best, one) => (Math.abs(one.x - x) < Math.abs(best.x - x) ? one : best), lane.dots[0]);

  const clear = () => figure.querySelectorAll("[data-near]").forEach((dot) => dot.removeAttribute("data-near"));
  const leave = () => {
    clear();
    lanes.forEach((lane) => lane.cursor.removeAttribute("data-on"));
    reading.textContent = said;
  };
  const read = (x) => {
    clear();
    const told = [];
    for (const lane of lanes) {
      const found = nearest(lane, x);
      ["x1", "x2"].forEach((end) => lane.cursor.setAttribute(end, `${x}%`));
      lane.cursor.setAttribute("data-on", "");
      if (!found) continue;
      found.dot.setAttribute("data-near", "");
      told.push(`${lane.name}, ${found.said}`);
    }
    reading.textContent = told.join(" · ");
  };

  for (const lane of lanes) {
    lane.plot.addEventListener("pointermove", (event) => {
      const box = lane.plot.getBoundingClientRect();
      read(Math.min(100, Math.max(0, Math.round(1000 * (event.clientX - box.left) / box.width) / 10)));
    });
    lane.plot.addEventListener("pointerleave", leave);
    // One tab stop a lane: the last point; the arrows go through the others.
    lane.dots.forEach((one, at) => {
      one.dot.setAttribute("tabindex", at === lane.dots.length - 1 ? "0" : "-1");
      one.dot.addEventListener("focus", () => read(one.x));
      one.dot.addEventListener("blur", leave);
      one.dot.addEventListener("keydown", (event) => {
        const to = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: lane.dots.length - 1 }[event.key];
        if (to === undefined || !lane.dots[to]) return;
        event.preventDefault();
        lane.dots.forEach((other, place) => other.dot.setAttribute("tabindex", place === to ? "0" : "-1"));
        lane.dots[to].dot.focus();
      });
    });
  }
});
