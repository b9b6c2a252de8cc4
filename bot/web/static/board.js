"use strict";
// j and k walk through the tickets; Enter opens the one in focus, as it does with any link.
(function () {
  document.addEventListener("keydown", (event) => {
    if (!["j", "k"].includes(event.key) || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.target.closest("input, textarea, select")) return;
    const links = [...document.querySelectorAll(".card-link")];
    if (!links.length) return;
    const here = links.indexOf(document.activeElement);
    const next = event.key === "j" ? Math.min(here + 1, links.length - 1) : Math.max(here - 1, 0);
    links[next].focus();
    links[next].scrollIntoView({ block: "nearest" });
  });
})();
