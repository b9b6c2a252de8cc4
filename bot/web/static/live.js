"use strict";
// Every console page stays up to date by itself: clocks tick, the server says when to draw again, a new ticket is heard.
(function () {
  const body = document.body, find = (id) => document.getElementById(id);
  const page = window.jiedai;

  // The server's time, carried on by a clock that nobody can set.
  let anchor = { server: Date.parse(body.dataset.now), local: performance.now() };
  const now = () => anchor.server + performance.now() - anchor.local;
  const setNow = (iso) => { anchor = { server: Date.parse(iso), local: performance.now() }; };

  const two = (number) => String(number).padStart(2, "0");
  function shown(milliseconds) {
    const seconds = Math.floor(Math.abs(milliseconds) / 1000);
    const hours = Math.floor(seconds / 3600), minutes = Math.floor(seconds / 60) % 60;
    if (hours >= 48) return `${Math.floor(hours / 24)} 天 ${hours % 24} 时`;
    // With its seconds, so that 2:35:00 hours never read like 2:35 minutes.
    return hours ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${two(minutes)}:${two(seconds % 60)}`;
  }

  function tick() {
    const at = now();
    for (const clock of document.querySelectorAll("[data-due]")) {
      const left = Date.parse(clock.dataset.due) - at;
      const warn = clock.dataset.warn ? Date.parse(clock.dataset.warn) : Infinity;
      const isTarget = "target" in clock.dataset; // one that goes by is no broken promise
      clock.textContent = (left > 0 ? "" : isTarget ? "已过 " : "超时 ") + shown(left);
      clock.classList.toggle("late", left <= 0 && !isTarget);
      clock.classList.toggle("soon", left > 0 ? at >= warn : isTarget);
    }
  }

  // Regions marked data-live are taken from a fresh copy of this very page.
  page.swap = function (fresh, all) {
    for (const hook of page.beforeSwap) hook();
    for (const region of document.querySelectorAll("[data-live]")) {
      const other = fresh.getElementById(region.id);
      if (other) swapRegion(region, other, all);
    }
    const badge = fresh.getElementById("unread");
    if (badge) page.setUnread(Number(badge.textContent));
    if (fresh.body.dataset.now) setNow(fresh.body.dataset.now);
    if (fresh.body.dataset.page) body.dataset.page = fresh.body.dataset.page;
    tick();
    for (const hook of page.afterSwap) hook();
  };

  // The same from what the server says has changed.
  function patch(news) {
    for (const hook of page.beforeSwap) hook();
    for (const [id, change] of Object.entries(news.regions)) {
      const region = find(id);
      if (!region) continue;
      const parsed = document.createElement("template");
      parsed.innerHTML = change.html;
      if ("at" in change) keepingEnd(region, () => patchParts(region, change, [...parsed.content.childNodes]));
      else swapRegion(region, parsed.content.firstElementChild, false);
    }
    if (news.unread !== null) page.setUnread(news.unread);
    setNow(news.now);
    body.dataset.page = news.page;
    tick();
    for (const hook of page.afterSwap) hook();
  }

  function patchParts(region, { at, count }, fresh) {
    const parts = [...region.children].filter((child) => "part" in child.dataset);
    const first = parts[at] || null, end = parts[at + count] || null;
    page.morphChildren(region, fresh, first, end);
  }

  function swapRegion(region, other, all) {
    if (region.id === "flash" && !all) return;
    if (all) { replace(region, other); return; }
    if (region.dataset.live === "on-mode" && region.dataset.mode === other.dataset.mode) return;
    if (!losesWork(region, other)) keepingEnd(region, () => page.morph(region, other));
  }

  // A form that is open or being filled in is not taken away from under anybody's hands.
  function losesWork(region, other) {
    const has = (element) => !element || !element.id || other.querySelector("#" + CSS.escape(element.id));
    const open = [...region.querySelectorAll("details.menu[open], details.sheet-form[open]")];
    const focused = document.activeElement, form = region.contains(focused) && focused.matches("input, textarea, select") && focused.form;
    const move = form && form.dataset.move;
    return !open.every(has) || Boolean(move && !other.querySelector(`form[data-move="${CSS.escape(move)}"]`));
  }

  // Who reads the end of a talk goes on reading its end.
  function keepingEnd(region, draw) {
    const isTalk = region.id === "talk", atEnd = isTalk && region.scrollHeight - region.scrollTop - region.clientHeight < 60;
    draw();
    if (atEnd && !String(getSelection())) region.scrollTop = region.scrollHeight;
  }

  function replace(region, other) {
    const open = [...region.querySelectorAll("details[open]:not(.menu)")].map((element) => element.id);
    const focused = region.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
    const top = region.scrollTop, atEnd = region.scrollHeight - top - region.clientHeight < 60;
    region.replaceChildren(...other.childNodes);
    for (const { name, value } of [...other.attributes]) if (name !== "class") region.setAttribute(name, value);
    for (const id of open) { const again = id && find(id); if (again) again.open = true; }
    if (focused) { const again = region.querySelector(`a[href="${CSS.escape(focused)}"]`); if (again) again.focus(); }
    region.scrollTop = region.id === "talk" && atEnd ? region.scrollHeight : top;
  }

  let drawing = false, again = false;
  page.refresh = async function () {
    if (drawing) { again = true; return; }
    drawing = true;
    try {
      const headers = { Accept: "text/html", "X-Part": "1", "X-Have": body.dataset.page || "" };
      const response = await fetch(location.href, { headers });
      if (response.status === 401) { gone(); return; }
      if (response.ok && (response.headers.get("content-type") || "").startsWith("application/json")) {
        const news = await response.json();
        if (news.who !== body.dataset.who) location.reload(); else patch(news);
        return;
      }
      const fresh = new DOMParser().parseFromString(await response.text(), "text/html");
      // Somebody else has signed in at this computer: nothing of this page is theirs, typed words least of all.
      if (fresh.body.dataset.who && fresh.body.dataset.who !== body.dataset.who) { location.reload(); return; }
      if (response.ok) page.swap(fresh, false);
      else if (response.status < 500) tell(fresh.querySelector("h1").textContent); // it went to another queue meanwhile
    } catch { /* the stream will say when the server is back */ } finally {
      drawing = false;
      if (again) { again = false; setTimeout(page.refresh, 500); }
    }
  };

  function tell(sentence, link) {
    const line = find("line");
    line.textContent = sentence;
    if (link) {
      const anchor = document.createElement("a");
      anchor.href = link.href;
      anchor.textContent = link.text;
      line.append(" ", anchor);
    }
    line.hidden = !sentence;
  }
  page.tell = tell;

  function gone() {
    if (source) source.close();
    tell("登录已失效，页面不再更新。", { href: "/console/sign-in?next=" + encodeURIComponent(location.pathname + location.search), text: "重新登录" });
  }
  page.gone = gone;

  page.setUnread = function (count) {
    const badge = find("unread");
    badge.textContent = count;
    badge.hidden = !count;
  };

  let source = null, pause = 1000, late = 0, lastMark = "";
  // What stands around a list is counted anew every few seconds; its rows, and an interruption, come at once.
  const AROUND = 5000; // ms
  let waiting = 0, lastAtOnce = "";
  function keepUp({ mark, unread, interruptions }) {
    const atOnce = JSON.stringify(body.classList.contains("board") ? [interruptions] : [mark, unread]);
    const isNew = JSON.stringify(mark) !== lastMark;
    lastMark = JSON.stringify(mark);
    if (atOnce !== lastAtOnce) { lastAtOnce = atOnce; page.refresh(); }
    else if (isNew && !waiting) waiting = setTimeout(() => { waiting = 0; page.refresh(); }, AROUND);
  }

  // A list says how it is; beside a ticket it is empty until the stream has begun.
  function streamAddress() {
    const list = find("rows");
    if (!list) return body.dataset.stream;
    return body.dataset.stream + (body.dataset.stream.includes("?") ? "&" : "?") + "since=" + (list.dataset.mark || "0");
  }

  function connect() {
    if (source) source.close();
    source = new EventSource(streamAddress());
    source.addEventListener("open", () => { clearTimeout(late); late = 0; pause = 1000; tell(""); });
    source.addEventListener("time", (event) => setNow(JSON.parse(event.data).now));
    source.addEventListener("gone", gone);
    source.addEventListener("changed", (event) => {
      const news = JSON.parse(event.data);
      setNow(news.now);
      page.setUnread(news.version.unread);
      for (const hook of page.onNews) hook(news);
      keepUp(news.version);
    });
    source.addEventListener("error", () => {
      late = late || setTimeout(() => tell("连接中断，页面可能不是最新的，正在重新连接…"), 4000);
      if (source.readyState !== EventSource.CLOSED) return; // it tries again by itself
      setTimeout(connect, pause);
      pause = Math.min(pause * 2, 15000);
      page.refresh();
    });
  }

  // Browsers keep six connections to a host: a ticket page that nobody looks at gives its own back.
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) page.refresh();
    if (body.classList.contains("board")) return;
    if (document.hidden) source.close(); else connect();
  });
  addEventListener("pagehide", () => source && source.close());
  addEventListener("pageshow", (event) => { if (event.persisted) { connect(); page.refresh(); } });

  // What was done is said once, not after every reload.
  if (new URLSearchParams(location.search).has("done")) {
    const address = new URL(location.href);
    for (const name of ["done", "ticket"]) address.searchParams.delete(name);
    history.replaceState(null, "", address);
  }

  document.addEventListener("click", (event) => {
    for (const menu of document.querySelectorAll("details.menu[open]")) if (!menu.contains(event.target)) menu.open = false;
  });

  function fade() {
    const strips = document.querySelectorAll("#flash .strip-green"); // those of now, not a later one
    setTimeout(() => strips.forEach((strip) => strip.remove()), 8000);
  }
  page.afterSwap.push(fade);
  fade();

  tick();
  setInterval(tick, 1000);
  connect();
})();
