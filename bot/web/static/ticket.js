"use strict";
// The ticket page: what is typed survives whatever happens around it, and one click counts once.
(function () {
  const find = (id) => document.getElementById(id);
  const ticket = find("composer").dataset.ticket;
  const draftOf = (id) => `jiedai.draft.${ticket}.${id}`;
  let uncertain = false; // the last try to send may or may not have arrived

  function newKey() {
    const key = document.querySelector(".form-reply [name=key]");
    if (key) key.value = Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
  }

  function restore() {
    for (const id of ["reply", "note"]) {
      const field = find(id), kept = sessionStorage.getItem(draftOf(id));
      if (field && kept && !field.value) field.value = kept;
    }
  }

  document.addEventListener("input", (event) => {
    if (!["reply", "note"].includes(event.target.id)) return;
    sessionStorage.setItem(draftOf(event.target.id), event.target.value);
    // Other words are another message: the old key would let the server take them for the one it has.
    if (event.target.id === "reply" && uncertain) { newKey(); uncertain = false; }
  });

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.isComposing || event.keyCode === 229) return;
    if (!["reply", "note"].includes(event.target.id)) return;
    event.preventDefault();
    event.target.form.requestSubmit();
  });

  document.addEventListener("click", (event) => {
    const fill = event.target.closest("[data-fill]");
    const field = find("reply");
    if (!fill || !field) return;
    find("tab-reply").checked = true;
    field.value = field.value.trim() ? field.value.trimEnd() + "\n" + fill.dataset.fill : fill.dataset.fill;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.focus();
  });

  document.addEventListener("submit", async (event) => {
    const form = event.target.closest("form[data-move]");
    if (!form) return;
    event.preventDefault();
    if (form.dataset.busy) return;
    form.dataset.busy = "1";
    const buttons = [...form.querySelectorAll("button")];
    const sent = new URLSearchParams(new FormData(form));
    if (event.submitter && event.submitter.name) sent.set(event.submitter.name, event.submitter.value);
    for (const button of buttons) button.disabled = true;
    try {
      await post(form, sent);
    } catch {
      uncertain = form.dataset.move === "reply";
      jiedai.tell("网络不通，刚才的操作可能没有成功，请再点一次；同一条回复不会重复发送。");
    } finally {
      delete form.dataset.busy;
      for (const button of buttons) button.disabled = false;
    }
  });

  async function post(form, sent) {
    const headers = { Accept: "text/html", "X-Part": "1" };
    const response = await fetch(form.action, { method: "POST", body: sent, headers });
    if (response.status === 401) { jiedai.gone(); return; }
    if (response.status >= 500) throw new Error("not now");
    const landed = new URL(response.url).pathname;
    if (response.ok && landed === "/console") { location.assign(response.url); return; }
    const fresh = new DOMParser().parseFromString(await response.text(), "text/html");
    if (!fresh.getElementById("composer")) { jiedai.tell(fresh.querySelector("h1") ? fresh.querySelector("h1").textContent : ""); return; }
    const move = form.dataset.move;
    if (response.ok) {
      if (move === "reply" || move === "note") sessionStorage.removeItem(draftOf(move));
      uncertain = false;
    }
    const tab = document.querySelector(".answer input:checked");
    const tabId = tab && tab.id;
    for (const menu of document.querySelectorAll("details.menu[open]")) menu.open = false;
    jiedai.tell("");
    jiedai.swap(fresh, true);
    if (tabId && find(tabId)) find(tabId).checked = true;
    restore();
    if (response.ok && (move === "reply" || move === "note" || move === "claim")) {
      find("talk").scrollTop = find("talk").scrollHeight;
      const field = find(move === "note" ? "note" : "reply");
      if (field) field.focus();
    }
  }

  let tabBefore = null;
  jiedai.beforeSwap.push(() => { const tab = document.querySelector(".answer input:checked"); tabBefore = tab && tab.id; });
  jiedai.afterSwap.push(() => { if (tabBefore && find(tabBefore)) find(tabBefore).checked = true; restore(); });

  restore();
  find("talk").scrollTop = find("talk").scrollHeight;
  find("talk").addEventListener("load", () => { find("talk").scrollTop = find("talk").scrollHeight; }, true);
})();
