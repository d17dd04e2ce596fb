// Minutes left before an access ends by itself. At the end the page is asked again: what is over is not left on the screen.
"use strict";
(() => {
  const MINUTE = 60000;
  document.querySelectorAll("[data-left]").forEach((place) => {
    const until = Date.parse(place.dataset.left);
    const tell = () => {
      const left = until - Date.now();
      if (left <= 0) { window.location.reload(); return; }
      place.textContent = String(Math.ceil(left / MINUTE));
      setTimeout(tell, Math.min(left, MINUTE / 4));
    };
    tell();
  });
})();
