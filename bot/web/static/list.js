"use strict";
// The list of tickets: rows come and change by themselves, one by one; further ones as somebody gets to the end.
(function () {
  const find = (id) => document.getElementById(id);
  const list = find("rows");
  if (!list) return;
  const isRich = "rich" in list.dataset, pane = find("pane"), current = pane ? find("composer").dataset.ticket : "";
  const AGAIN = 3000; // ms before another try to fetch rows
  let view = list.dataset.view, isPressed = false, busy = false;
  const due = new Set(); // tickets whose rows are to be drawn anew
  let everything = false; // or all of them

  const rowsOf = () => [...list.children];
  const address = (more) => "/console/rows?" + [view, more, isRich ? "rich=1" : ""].filter(Boolean).join("&");

  async function read(more) {
    const response = await fetch(address(more), { headers: { Accept: "text/html", "X-Part": "1" } });
    if (response.status === 401) jiedai.gone();
    if (!response.ok) throw new Error("not now");
    return new DOMParser().parseFromString(await response.text(), "text/html").querySelector("ol.rows");
  }

  function place(row) {
    const here = find(row.id);
    const next = rowsOf().find((other) => other !== here && other.dataset.sort > row.dataset.sort) || null;
    if (!here) { list.insertBefore(document.importNode(row, true), next); return; }
    if (here.dataset.sort !== row.dataset.sort && here.nextElementSibling !== next) jiedai.move(list, here, next);
    jiedai.morph(here, row);
  }

  function remove(row) {
    if (row.contains(document.activeElement)) {
      const near = row.nextElementSibling || row.previousElementSibling;
      if (near) near.querySelector(".card-link").focus();
    }
    row.remove();
  }

  // A row beyond those drawn so far comes with its page.
  function isWithin(row) {
    const last = list.lastElementChild;
    return !list.dataset.more || !last || row.dataset.sort <= last.dataset.sort || find(row.id);
  }

  async function patch(ids) {
    const fresh = await read("ids=" + ids.join(","));
    const found = new Set();
    for (const row of [...fresh.children]) {
      found.add(row.dataset.ticket);
      if (isWithin(row)) place(row);
    }
    for (const id of ids) if (!found.has(String(id)) && find(`row-${id}`)) remove(find(`row-${id}`));
  }

  async function redraw() {
    const kept = new Set(), count = Math.max(list.children.length, 1);
    let start = 0, more = "1";
    while (more && start < count) {
      const fresh = await read(`start=${start}`);
      for (const row of [...fresh.children]) { kept.add(row.id); place(row); }
      more = fresh.dataset.more;
      start += fresh.children.length;
      if (!fresh.children.length) break;
    }
    for (const row of rowsOf()) if (!kept.has(row.id)) remove(row);
    list.dataset.more = more;
  }

  async function further() {
    const fresh = await read(`start=${list.children.length}`);
    for (const row of [...fresh.children]) place(row);
    list.dataset.more = fresh.dataset.more;
  }

  // Nothing moves while a button of a pointer is down: what is pressed is what is clicked.
  async function work() {
    if (busy || isPressed || !(due.size || everything)) return;
    busy = true;
    const ids = [...due].slice(0, 200), all = everything || due.size > 200;
    due.clear();
    everything = false;
    try {
      await (all ? redraw() : patch(ids));
    } catch {
      everything = true;
      setTimeout(work, AGAIN);
    } finally {
      busy = false;
      drawn();
    }
    if (due.size) work();
  }

  function drawn() {
    if (find("rows-empty")) find("rows-empty").hidden = list.children.length > 0;
    if (find("rows-next")) find("rows-next").hidden = !list.dataset.more;
    for (const row of rowsOf()) row.querySelector(".card-link").toggleAttribute("aria-current", row.dataset.ticket === current);
    count();
  }

  const isShown = () => !pane || matchMedia("(min-width: 1200px)").matches;
  jiedai.onNews.push(({ rows }) => {
    if (!isShown()) return;
    if (rows === null) everything = true; else rows.forEach((id) => due.add(id));
    work();
  });
  addEventListener("pointerdown", () => { isPressed = true; }, true);
  for (const kind of ["pointerup", "pointercancel"]) addEventListener(kind, () => { isPressed = false; setTimeout(work, 0); }, true);

  // The end of the list: reached by scrolling or by the Tab key.
  const end = find("rows-next");
  if (end) {
    let isComing = false;
    async function come() {
      if (isComing || !list.dataset.more) return;
      isComing = true;
      const last = list.lastElementChild;
      try { await further(); } catch { /* the link still leads there */ } finally { isComing = false; }
      const isFocused = end.contains(document.activeElement); // by now: scrolling may have begun it, and Tab come after
      drawn();
      if (isFocused && last && last.nextElementSibling) last.nextElementSibling.querySelector(".card-link").focus();
      if (list.dataset.more && end.getBoundingClientRect().top < innerHeight + 400) come();
    }
    new IntersectionObserver((seen) => { if (seen.some((each) => each.isIntersecting)) come(); }, { rootMargin: "400px" }).observe(end);
    end.addEventListener("focusin", come);
    end.addEventListener("click", (event) => { event.preventDefault(); come(); });
  }

  document.addEventListener("toggle", (event) => {
    if (event.target.id === "menu-view" && event.target.open) event.target.querySelector("[name=name]").focus();
  }, true);

  // Picked rows, and what is done to all of them.
  const bulk = find("bulk");
  const picks = () => [...list.querySelectorAll(".row-pick")];
  function count() {
    if (!bulk) return;
    const picked = picks().filter((box) => box.checked).length;
    bulk.hidden = !picked;
    find("picked").textContent = picked;
  }
  let lastPicked = null;
  list.addEventListener("click", (event) => {
    const box = event.target.closest(".row-pick");
    if (!box) return;
    const boxes = picks();
    if (event.shiftKey && lastPicked && lastPicked.isConnected) {
      const [from, to] = [boxes.indexOf(lastPicked), boxes.indexOf(box)].sort((one, other) => one - other);
      boxes.slice(from, to + 1).forEach((each) => { each.checked = box.checked; });
    }
    lastPicked = box;
    count();
  });
  if (bulk) find("unpick").addEventListener("click", () => { picks().forEach((box) => { box.checked = false; }); count(); });

  // Claimed by somebody else a moment ago: it is said here, where the list is.
  list.addEventListener("submit", async (event) => {
    event.preventDefault();
    const form = event.target, button = form.querySelector("button"), number = Number(form.closest(".row").dataset.ticket);
    button.disabled = true;
    try {
      const response = await fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)), headers: { Accept: "text/html", "X-Part": "1" } });
      if (response.status === 401) { jiedai.gone(); return; }
      const landed = new URL(response.url);
      if (response.ok && !landed.searchParams.has("refused")) { location.assign(response.url); return; }
      const page = new DOMParser().parseFromString(await response.text(), "text/html");
      const said = page.querySelector("#flash .strip-red") || page.querySelector("h1");
      jiedai.tell(said ? said.textContent : "网络不通，请再试一次。", { href: landed.pathname, text: "查看工单" });
      due.add(number);
      work();
    } catch {
      jiedai.tell("网络不通，请再点一次。");
    } finally {
      button.disabled = false;
    }
  });

  // Beside a ticket: the list that was looked at last, or another of these.
  if (pane) {
    const VIEW = "jiedai.view", tabs = [...pane.querySelectorAll("[data-pane-view]")];
    view = sessionStorage.getItem(VIEW) ?? view;
    const draw = () => tabs.forEach((tab) => tab.setAttribute("aria-pressed", String(tab.dataset.paneView === view)));
    pane.addEventListener("click", (event) => {
      const tab = event.target.closest("[data-pane-view]");
      if (!tab) return;
      view = tab.dataset.paneView;
      sessionStorage.setItem(VIEW, view);
      list.replaceChildren();
      everything = true;
      draw();
      work();
    });
    draw();
  } else {
    sessionStorage.setItem("jiedai.view", view);
  }
  drawn();
})();
