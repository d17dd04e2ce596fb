// Search through what was taken away, on this machine alone. Without it, the pages by date and by category say it all.
"use strict";
(function () {
  const plain = (text) => text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").replace(/[œŒ]/g, "oe").toLowerCase();
  const rows = (window.HYGIE || []).map((row) => ({ row: row, words: plain(row.slice(1).join(" ")) }));
  const asked = document.getElementById("mots");
  const answers = document.getElementById("reponses");
  const count = document.getElementById("compte");
  const MOST = 200;
  asked.addEventListener("input", function () {
    const wanted = plain(asked.value).split(/[^a-z0-9]+/).filter((word) => word.length > 1);
    const found = wanted.length ? rows.filter((one) => wanted.every((word) => one.words.includes(word))) : [];
    answers.replaceChildren(...found.slice(0, MOST).map(function (one) {
      const line = document.createElement("li");
      const link = document.createElement("a");
      const more = document.createElement("span");
      link.href = one.row[0];
      link.textContent = one.row[1];
      more.textContent = one.row.slice(2, 5).join(" · ");
      line.append(link, " ", more);
      return line;
    }));
    const said = found.length === 1 ? count.dataset.one : count.dataset.many;
    count.textContent = wanted.length ? (found.length ? found.length + " " + said : count.dataset.none) : "";
  });
})();
