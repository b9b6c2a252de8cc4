"use strict";
// The ticket page: what is typed survives whatever happens around it, and one click counts once.
(function () {
  const find = (id) => document.getElementById(id);
  const ticket = find("composer").dataset.ticket;
  const KEPT = ["reply", "note", "help", "report", "send_plan", "send_progress", "send_result", "send_invitation"]; // fields whose words are kept until they are sent
  const QUIET = 700, AGAIN = 5000; // ms without a key before what was typed is kept; before another try
  let uncertain = false; // the last try to send may or may not have arrived

  function newKey() {
    const key = document.querySelector(".form-reply [name=key]");
    if (key) key.value = Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
  }

  // What is typed is kept by the server, for this person and this ticket: nothing of it stays in the browser.
  const typed = {}, waiting = {}, sending = {};
  for (const key of Object.keys(sessionStorage)) if (key.startsWith("jiedai.draft.")) sessionStorage.removeItem(key);

  function keep(name, text) {
    typed[name] = text;
    clearTimeout(waiting[name]);
    waiting[name] = setTimeout(() => send(name), QUIET);
  }

  function send(name, leaving = false) {
    clearTimeout(waiting[name]);
    delete waiting[name];
    const body = new URLSearchParams({ csrf: document.querySelector("[name=csrf]").value, field: name, text: typed[name] });
    const sent = fetch(`/console/tickets/${ticket}/draft`, { method: "POST", body, keepalive: leaving, headers: { "X-Part": "1" } });
    sending[name] = sent.then((answer) => { if (answer.status >= 500) throw new Error("not now"); }).catch(() => {
      if (name in typed && !waiting[name]) waiting[name] = setTimeout(() => send(name), AGAIN);
    });
    return sending[name];
  }

  const sendAll = (leaving) => Promise.all(Object.keys(waiting).map((name) => send(name, leaving)));

  // Before a form goes: its own draft must not arrive after it, and come back.
  async function settle(name) {
    clearTimeout(waiting[name]);
    delete waiting[name];
    await sending[name];
  }

  function restore() {
    for (const id of KEPT) {
      const field = find(id);
      if (field && id in typed && (!field.value || field.value === field.defaultValue)) field.value = typed[id];
    }
    restorePlan();
  }

  addEventListener("pagehide", () => sendAll(true));
  addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); }); // it may be another's by now
  document.addEventListener("submit", async (event) => {
    if (event.target.getAttribute("action") !== "/console/sign-out" || !Object.keys(waiting).length) return;
    event.preventDefault();
    await Promise.race([sendAll(false), new Promise((done) => setTimeout(done, 2000))]);
    event.target.submit();
  });

  // A plan: as many rows as are needed, one of them empty, and everything typed kept until it is saved.
  const planForm = () => document.querySelector("form[data-move=plan]");
  const rowsOf = (form) => [...form.querySelectorAll(".plan-row")];
  const isEmpty = (row) => [...row.querySelectorAll("input")].every((field) => !field.value);

  function addStep(form, what = "", by = "", whose = "") {
    const rows = rowsOf(form), row = rows[rows.length - 1].cloneNode(true), number = rows.length + 1;
    row.querySelector(".plan-number").textContent = number;
    for (const label of row.querySelectorAll(".sr")) label.textContent = label.textContent.replace(/\d+/, number);
    row.querySelector("[name=what]").value = what;
    row.querySelector("[name=by]").value = by;
    row.querySelector("[name=whose]").value = whose;
    rows[rows.length - 1].after(row);
    return row;
  }

  function restorePlan() {
    const form = planForm();
    if (!form || form.dataset.drawn) return;
    form.dataset.drawn = "1";
    const kept = JSON.parse(typed.plan || form.querySelector(".plan-rows").dataset.draft || "null");
    if (kept) {
      form.elements.responsible.value = kept.responsible;
      while (rowsOf(form).length < kept.steps.length) addStep(form);
      rowsOf(form).forEach((row, at) => {
        const [what, by, whose] = kept.steps[at] || ["", "", ""];
        row.querySelector("[name=what]").value = what;
        row.querySelector("[name=by]").value = by;
        row.querySelector("[name=whose]").value = whose || "";
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
    const steps = rowsOf(form).map((row) => ["what", "by", "whose"].map((name) => row.querySelector(`[name=${name}]`).value));
    keep("plan", JSON.stringify({ responsible: form.elements.responsible.value, steps }));
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
    keep(event.target.id, event.target.value);
    // Other words are another message: the old key would let the server take them for the one it has.
    if (event.target.id === "reply" && uncertain) { newKey(); uncertain = false; }
  });

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.isComposing || event.keyCode === 229) return;
    if (!KEPT.includes(event.target.id)) return;
    event.preventDefault();
    const form = event.target.form, also = event.shiftKey && form.querySelector("button[name=then]");
    form.requestSubmit(also || form.querySelector("[data-send]"));
  });

  // The form under the last line opens below what is in sight.
  document.addEventListener("click", (event) => {
    const opened = event.target.closest("#talk details > summary");
    if (opened) requestAnimationFrame(() => opened.parentElement.scrollIntoView({ block: "nearest" }));
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
    const fields = new FormData(form);
    const sent = form.enctype === "multipart/form-data" ? fields : new URLSearchParams(fields);
    if (event.submitter && event.submitter.name) sent.set(event.submitter.name, event.submitter.value);
    for (const button of buttons) button.disabled = true;
    try {
      await post(form, sent);
    } catch {
      uncertain = form.dataset.move === "reply";
      if (form.dataset.move in typed) keep(form.dataset.move, typed[form.dataset.move]);
      jiedai.tell("网络不通，刚才的操作可能没有成功，请再点一次；同一条回复不会重复发送。");
    } finally {
      delete form.dataset.busy;
      for (const button of buttons) button.disabled = false;
    }
  });

  async function post(form, sent) {
    await settle(form.dataset.move);
    const headers = { Accept: "text/html", "X-Part": "1" };
    const response = await fetch(form.action, { method: "POST", body: sent, headers });
    if (response.status === 401) { jiedai.gone(); return; }
    if (response.status >= 500) throw new Error("not now");
    const landed = new URL(response.url).pathname;
    if (response.ok) document.dispatchEvent(new CustomEvent("sent", { detail: form.dataset.move }));
    if (response.ok && landed !== `/console/tickets/${ticket}`) { location.assign(response.url); return; }
    const fresh = new DOMParser().parseFromString(await response.text(), "text/html");
    if (!fresh.getElementById("composer")) { jiedai.tell(fresh.querySelector("h1") ? fresh.querySelector("h1").textContent : ""); return; }
    const move = form.dataset.move;
    if (response.ok) {
      delete typed[move];
      const own = form.closest("details.sheet-form, details.before");
      if (own) own.open = false;
      uncertain = false;
    } else if (move in typed) keep(move, typed[move]);
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

  // Who else is here, so that two do not answer the same.
  jiedai.onNews.push(({ version }) => {
    const line = find("here"), others = version.here || [];
    const said = others.map((one) => (one.types ? `${one.name}正在输入` : `${one.name}也在看`)).join("，");
    if (line.textContent !== said) line.textContent = said;
    line.hidden = !said;
  });

  let tabBefore = null;
  jiedai.beforeSwap.push(() => { const tab = document.querySelector(".answer input:checked"); tabBefore = tab && tab.id; });
  jiedai.afterSwap.push(() => { if (tabBefore && find(tabBefore)) find(tabBefore).checked = true; restore(); });

  restore();
  find("talk").scrollTop = find("talk").scrollHeight;
  // On a telephone the page itself scrolls: what was said last is what is read first.
  if (matchMedia("(max-width: 720px)").matches && find("talk").lastElementChild) find("talk").lastElementChild.scrollIntoView({ block: "center" });
  find("talk").addEventListener("load", () => { find("talk").scrollTop = find("talk").scrollHeight; }, true);
})();
