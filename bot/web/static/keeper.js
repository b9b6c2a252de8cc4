"use strict";
// The keeper's pages: the answer as the customer will see it while it is typed, and what is still being worked out.
(function () {
  const form = document.getElementById("entry");
  if (form) {
    form.addEventListener("input", (event) => {
      const shown = document.querySelector(`[data-preview="${event.target.name}"]`);
      if (!shown) return;
      shown.textContent = event.target.value;
      const block = document.querySelector(`[data-preview-block="${event.target.name}"]`);
      if (block) block.hidden = !event.target.value.trim();
    });
  }

  // The region itself says when there is nothing to wait for any more.
  function look() {
    if (!document.querySelector("[data-pending]")) return;
    window.jiedai.refresh().then(() => setTimeout(look, 1500));
  }
  setTimeout(look, 1500);
})();
