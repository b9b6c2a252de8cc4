"use strict";
// The ticket page: what is typed survives whatever happens around it, and one click counts once.
(function () {
  const find = (id) => document.getElementById(id);
  const ticket = find("composer").dataset.ticket;
  const draftOf = (id) => `jiedai.draft.${ticket}.${id}`;
  const KEPT = ["reply", "note", "help", "report"]; // fields whose words are kept until they are sent
  let uncertain = false; // the last try to send may or may not have arrived

  function newKey() {
    const key = document.querySelector(".form-reply [name=key]");
    if (key) key.value = Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
  }

  function restore() {
    for (const id of KEPT) {
      const field = find(id), kept = sessionStorage.getItem(draftOf(id));
      if (field && kept && (!field.value || field.value === field.defaultValue)) field.value = kept;
    }
    restorePlan();
  }

  // A plan: as many rows as are needed, one of them empty, and everything typed kept until it is saved.
  const planForm = () => document.querySelector("form[data-move=plan]");
  const rowsOf = (form) => [...form.querySelectorAll(".plan-row")];
  const isEmpty = (row) => [...row.querySelectorAll("input")].every((field) => !field.value);

  function addStep(form, what = "", by = "") {
    const rows = rowsOf(form), row = rows[rows.length - 1].cloneNode(true), number = rows.length + 1;
    row.querySelector(".plan-number").textContent = number;
    for (const label of row.querySelectorAll(".sr")) label.textContent = label.textContent.replace(/\d+/, number);
    row.querySelector("[name=what]").value = what;
    row.querySelector("[name=by]").value = by;
    rows[rows.length - 1].after(row);
    return row;
  }

  function restorePlan() {
    const form = planForm();
    if (!form || form.dataset.drawn) return;
    form.dataset.drawn = "1";
    const kept = JSON.parse(sessionStorage.getItem(draftOf("plan")) || "null");
    if (kept) {
      form.elements.responsible.value = kept.responsible;
      while (rowsOf(form).length < kept.steps.length) addStep(form);
      rowsOf(form).forEach((row, at) => {
        const [what, by] = kept.steps[at] || ["", ""];
        row.querySelector("[name=what]").value = what;
        row.querySelector("[name=by]").value = by;
      });
      form.closest("details").open = true;
    }
    for (const row of rowsOf(form).reverse()) {
      if (rowsOf(form).length <= 2 || !isEmpty(row) || !isEmpty(row.previousElementSibling)) break;
      row.remove();
    }
    offerStep(form);
  }

  function offerStep(form) {
    const longest = Number(form.querySelector(".plan-rows").dataset.longest);
    form.querySelector("[data-add-step]").hidden = rowsOf(form).length >= longest;
  }

  function keepPlan(form) {
    const steps = rowsOf(form).map((row) => [row.querySelector("[name=what]").value, row.querySelector("[name=by]").value]);
    sessionStorage.setItem(draftOf("plan"), JSON.stringify({ responsible: form.elements.responsible.value, steps }));
  }

  for (const kind of ["input", "change"]) document.addEventListener(kind, (event) => {
    const form = event.target.closest("form[data-move=plan]");
    if (form) keepPlan(form);
  });

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-add-step]");
    if (!button) return;
    addStep(button.form).querySelector("[name=what]").focus();
    offerStep(button.form);
  });

  document.addEventListener("input", (event) => {
    if (!KEPT.includes(event.target.id)) return;
    sessionStorage.setItem(draftOf(event.target.id), event.target.value);
    // Other words are another message: the old key would let the server take them for the one it has.
    if (event.target.id === "reply" && uncertain) { newKey(); uncertain = false; }
  });

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.isComposing || event.keyCode === 229) return;
    if (!KEPT.includes(event.target.id)) return;
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
      if (KEPT.includes(move) || move === "plan") sessionStorage.removeItem(draftOf(move));
      const own = form.closest("details.sheet-form");
      if (own) own.open = false;
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
