"use strict";
// What is new is heard once: in the title, by a sound, and where it was asked for as a notification of the desktop.
(function () {
  const find = (id) => document.getElementById(id);
  const title = document.title, NOTIFIED = "jiedai.notify", HEARD = "jiedai.heard";
  let mine = 0, hidden = 0; // tickets of this person with something unread; alerts while nobody looked

  function drawTitle() {
    const count = mine + hidden;
    document.title = count ? `(${count}) ${hidden ? "有新消息 · " : ""}${title}` : title;
  }

  // What each alert goes by, so that it is told once, on whichever page it is seen first.
  function alertsOf({ version: { newest, urgent, unread, mine: own, chosen } }) {
    const urgentOnes = { waiting: urgent, message: own.urgent };
    if (chosen.alerts === "urgent") return urgentOnes;
    return chosen.alerts === "mine" ? { message: own.newest } : { waiting: newest, message: own.newest, notices: unread };
  }

  function hear(news) {
    const found = alertsOf(news), own = news.version.mine;
    mine = own.tickets;
    const badge = find("unread-mine");
    badge.firstChild.data = mine;
    badge.hidden = !mine;
    const before = JSON.parse(localStorage.getItem(HEARD) || "null");
    const here = document.body.dataset.who, is = before && before.who === here ? before : null;
    localStorage.setItem(HEARD, JSON.stringify({ ...(is || {}), ...found, who: here }));
    const fresh = is ? Object.keys(found).filter((kind) => found[kind] > (is[kind] ?? found[kind])) : [];
    const isReading = fresh.length === 1 && fresh[0] === "message" && isOpen(own.newest_ticket);
    if (fresh.length && !isReading) tell(fresh, news.version);
    drawTitle();
  }

  function isOpen(ticket) {
    const composer = find("composer");
    return !document.hidden && document.hasFocus() && composer !== null && composer.dataset.ticket === String(ticket);
  }

  function tell(fresh, version) {
    sound.play();
    if (!document.hidden) return;
    hidden += 1;
    if (localStorage.getItem(NOTIFIED) !== "on" || !("Notification" in window) || Notification.permission !== "granted") return;
    const ticket = fresh.includes("message") ? version.mine.newest_ticket : version.newest;
    if (fresh.includes("notices") && fresh.length === 1) { show("有新通知", "/console/notices", "notices"); return; }
    const words = fresh.includes("message") ? version.words || `#${ticket} 的客户发来新消息` : `#${ticket} 等待认领`;
    show(words, `/console/tickets/${ticket}`, `ticket-${ticket}`);
  }

  function show(words, address, tag) {
    const shown = new Notification(title.split(" · ").pop(), { body: words, tag: `jiedai-${tag}`, icon: "/static/mark.svg" });
    shown.addEventListener("click", () => { window.focus(); location.assign(address); shown.close(); });
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

  // The browser asks only who asked for it, on the page of one's own account.
  function offer() {
    const ask = find("ask-notify"), state = find("notify-state");
    if (!ask || !("Notification" in window)) return;
    const isOn = () => localStorage.getItem(NOTIFIED) === "on" && Notification.permission === "granted";
    function draw() {
      ask.hidden = Notification.permission === "denied";
      ask.textContent = isOn() ? "关闭桌面通知" : "开启桌面通知";
      state.textContent = Notification.permission === "denied" ? "浏览器已禁止本站发通知，请在浏览器的网站设置里允许。" : isOn() ? "已开启。" : "未开启。";
    }
    ask.addEventListener("click", async () => {
      if (isOn()) localStorage.setItem(NOTIFIED, "off");
      else if ((await Notification.requestPermission()) === "granted") localStorage.setItem(NOTIFIED, "on");
      draw();
    });
    draw();
  }

  document.addEventListener("visibilitychange", () => { if (!document.hidden) { hidden = 0; drawTitle(); } });
  jiedai.onNews.push(hear);
  offer();
})();
