"use strict";
// A picture of the talk, large: over the page, not in its place. Without this script it is a download.
(function () {
  let dialog = null, picture = null, save = null, whole = null, opener = "";

  const make = (tag, className, text) => {
    const element = document.createElement(tag);
    if (className) element.className = className;
    if (text !== undefined) element.textContent = text;
    return element;
  };

  function build() {
    dialog = make("dialog", "enlarged");
    const bar = make("div", "enlarged-bar"), frame = make("div", "enlarged-frame"), close = make("button", "plain", "关闭");
    whole = make("button", "plain", "原始大小");
    save = make("a", "plain", "下载");
    picture = make("img");
    for (const button of [whole, close]) button.type = "button";
    whole.addEventListener("click", () => fit(whole.getAttribute("aria-pressed") === "true"));
    close.addEventListener("click", () => dialog.close());
    dialog.addEventListener("click", (event) => { if (event.target === dialog || event.target === frame) dialog.close(); });
    dialog.addEventListener("close", back);
    frame.tabIndex = 0; // arrow keys scroll what is larger than the window
    frame.setAttribute("role", "group");
    frame.setAttribute("aria-label", "图片");
    bar.append(whole, save, close);
    frame.append(picture);
    dialog.append(bar, frame);
    document.body.append(dialog);
  }

  function fit(inside) {
    dialog.classList.toggle("whole", !inside);
    whole.setAttribute("aria-pressed", String(!inside));
  }

  // What was drawn anew meanwhile is found again by its name.
  function back() {
    picture.removeAttribute("src");
    const again = document.querySelector(`[data-enlarge="${CSS.escape(opener)}"]`);
    if (again) again.focus({ preventScroll: true });
  }

  document.addEventListener("click", (event) => {
    const small = event.target.closest("[data-enlarge]");
    const shown = small && small.querySelector("img");
    if (!shown || !shown.currentSrc || event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    if (!dialog) build();
    opener = small.dataset.enlarge;
    picture.src = save.href = shown.currentSrc;
    picture.alt = shown.alt;
    save.download = shown.alt.replace(/^图片：/, "");
    dialog.setAttribute("aria-label", shown.alt);
    fit(true);
    dialog.showModal();
    dialog.querySelector("button:last-of-type").focus();
  });
})();
