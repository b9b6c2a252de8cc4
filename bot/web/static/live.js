"use strict";
// Every console page stays up to date by itself: clocks tick, the server says when to draw again, a new ticket is heard.
(function () {
  const body = document.body, find = (id) => document.getElementById(id);
  const title = document.title;
  const page = (window.jiedai = { beforeSwap: [], afterSwap: [] });

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
    for (const hook of page.beforeSwap) hook(fresh);
    for (const region of document.querySelectorAll("[data-live]")) {
      const other = fresh.getElementById(region.id);
      if (!other || (!all && isInUse(region)) || (region.id === "flash" && !all)) continue;
      if (region.dataset.live === "on-mode" && !all && region.dataset.mode === other.dataset.mode) continue;
      replace(region, other);
    }
    const badge = fresh.getElementById("unread");
    if (badge) { find("unread").textContent = badge.textContent; find("unread").hidden = badge.hidden; }
    if (fresh.body.dataset.now) setNow(fresh.body.dataset.now);
    tick();
    for (const hook of page.afterSwap) hook();
  };

  // Nobody's open menu is shut and no field is emptied under their hands.
  function isInUse(region) {
    const focused = document.activeElement;
    if (region.querySelector("details.menu[open], details.sheet-form[open]")) return true;
    return region.contains(focused) && focused.matches("input, textarea, select") && region.dataset.live !== "on-mode";
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
      const response = await fetch(location.href, { headers: { Accept: "text/html", "X-Part": "1" } });
      if (response.status === 401) { gone(); return; }
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

  // A new ticket is heard once, on whichever page of this window is open.
  let alerts = 0;
  function hear(news) {
    const before = JSON.parse(sessionStorage.getItem("jiedai.heard") || "null");
    sessionStorage.setItem("jiedai.heard", JSON.stringify({ newest: news.newest, unread: news.unread }));
    const badge = find("unread");
    badge.textContent = news.unread;
    badge.hidden = !news.unread;
    if (!before || !(news.newest > before.newest || news.unread > before.unread)) return;
    sound.play();
    if (!document.hidden) return;
    alerts += 1;
    document.title = `(${alerts}) ${news.newest > before.newest ? "新工单" : "新通知"} · ${title}`;
  }

  const sound = (function () {
    const button = find("sound");
    const isOn = () => localStorage.getItem("jiedai.sound") !== "off";
    let context = null;
    function draw() {
      button.setAttribute("aria-pressed", String(isOn()));
      button.lastElementChild.textContent = isOn() ? "开" : "关";
    }
    function note(frequency, at) {
      const tone = context.createOscillator(), volume = context.createGain();
      tone.frequency.value = frequency;
      volume.gain.setValueAtTime(0.0001, at);
      volume.gain.exponentialRampToValueAtTime(0.18, at + 0.02);
      volume.gain.exponentialRampToValueAtTime(0.0001, at + 0.35);
      tone.connect(volume).connect(context.destination);
      tone.start(at);
      tone.stop(at + 0.4);
    }
    function play() {
      if (!isOn() || !context) return;
      note(740, context.currentTime);
      note(988, context.currentTime + 0.18);
    }
    // Browsers allow sound only after the first click or key.
    function wake() { context = context || new AudioContext(); }
    for (const sign of ["pointerdown", "keydown"]) addEventListener(sign, wake, { once: true });
    button.addEventListener("click", () => {
      localStorage.setItem("jiedai.sound", isOn() ? "off" : "on");
      draw();
      wake();
      play();
    });
    draw();
    return { play };
  })();

  let source = null, pause = 1000, late = 0;
  function connect() {
    if (source) source.close();
    source = new EventSource(body.dataset.stream);
    source.addEventListener("open", () => { clearTimeout(late); late = 0; pause = 1000; tell(""); });
    source.addEventListener("time", (event) => setNow(JSON.parse(event.data).now));
    source.addEventListener("gone", gone);
    source.addEventListener("changed", (event) => {
      const news = JSON.parse(event.data);
      setNow(news.now);
      hear(news.version);
      page.refresh();
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
    if (!document.hidden) { alerts = 0; document.title = title; page.refresh(); }
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

  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input, textarea, select");
    if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.isComposing) {
      event.preventDefault();
      find("search").focus();
      find("search").select();
    }
    if (event.key === "Escape") {
      for (const menu of document.querySelectorAll("details.menu[open]")) { menu.open = false; menu.querySelector("summary").focus(); }
      if (event.target.id === "search") event.target.blur();
    }
  });
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
