"use strict";
// The way to the server: the session, an outbox that loses nothing and doubles nothing, and the stream of new lines.
window.jiedai = window.jiedai || {};

jiedai.randomKey = function () {
  if (window.crypto && crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16)); // no randomUUID on plain-http hosts
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
};

jiedai.openDoor = function (told) {
  const API = "/api/chat";
  const PAUSES = [800, 2000, 4000]; // before a message is called unsent
  const CROWDED = [4000, 15000]; // from one question to the next, of a page for whose stream there is no room
  const LONGEST_WAIT = 30; // seconds
  const shelf = shelfOf();
  let token = shelf.get("session");
  let opening = null;
  let outbox = JSON.parse(shelf.get("outbox") || "[]");
  let sending = false;
  let closed = { until: 0, error: null }; // no new session before then: too many were opened from this network
  let streaming = null; // the AbortController of the running stream
  let crowded = 0; // the present pause between two questions; 0: there is a stream
  let last = 0;

  const sleep = (ms) => new Promise((done) => setTimeout(done, ms));
  const sentenceOf = async (response) => (await response.json().catch(() => ({}))).error || "";

  // Private windows may refuse localStorage; then the conversation lives as long as the page.
  function shelfOf() {
    const memory = {};
    const key = (name) => "jiedai." + name;
    return {
      get(name) { try { return localStorage.getItem(key(name)); } catch { return memory[name] || null; } },
      set(name, value) { try { localStorage.setItem(key(name), value); } catch { memory[name] = value; } },
      drop(name) { delete memory[name]; try { localStorage.removeItem(key(name)); } catch { /* it was never there */ } },
    };
  }

  async function openSession(customerToken) {
    const body = JSON.stringify(customerToken ? { token: customerToken } : {});
    const response = await fetch(API + "/sessions", { method: "POST", body, headers: { "Content-Type": "application/json" } });
    if (!response.ok) {
      const error = Object.assign(new Error("refused"), { status: response.status, sentence: await sentenceOf(response) });
      if (response.status === 429 && !customerToken) close(error, secondsOf(response));
      throw error;
    }
    if (closed.until) { closed = { until: 0, error: null }; told.onClosed(""); }
    const opened = await response.json();
    token = opened.session_token;
    shelf.set("session", token);
    last = 0;
    told.onFresh();
  }

  const secondsOf = (response) => Number(response.headers.get("Retry-After")) || 0;

  function close(error, seconds) {
    closed = { until: Date.now() + Math.max(seconds, 5) * 1000, error };
    told.onClosed(error.sentence);
  }

  const isClosed = () => !token && Date.now() < closed.until;

  // One session however many requests find out at once that they need one; none is asked for before the time told.
  function renew() {
    if (isClosed()) return Promise.reject(closed.error);
    opening = opening || openSession().finally(() => { opening = null; });
    return opening;
  }

  // What is typed meanwhile waits for it: a known customer's words must not go out under nobody's name.
  function introduce(given) {
    opening = openSession(given).catch((error) => told.onToken(error.sentence || "")).finally(() => { opening = null; });
    return opening;
  }

  async function ask(path, options = {}) {
    if (opening) await opening;
    if (!token) await renew();
    const used = token;
    const headers = { ...options.headers, Authorization: "Bearer " + used };
    const response = await fetch(API + path, { ...options, headers });
    if (response.status !== 401 || options.again) return response;
    if (token === used) { token = null; told.onExpired(); await renew(); restart(); }
    return ask(path, { ...options, again: true });
  }

  function keep() {
    shelf.set("outbox", JSON.stringify(outbox.filter((item) => !item.file)));
  }

  function post(item) {
    outbox.push(item);
    keep();
    drain();
  }

  // One after the other, so that they arrive in the order in which they were written.
  async function drain() {
    if (sending) return;
    sending = true;
    while (outbox.length && await deliver(outbox[0])) { outbox.shift(); keep(); }
    sending = false;
    for (const item of outbox) told.onUnsent(item);
  }

  // True when the item is done with: taken, or refused for good.
  async function deliver(item) {
    for (let attempt = 0; ; attempt++) {
      told.onSending(item);
      const response = await send(item).catch(() => null);
      if (response && response.ok) {
        told.onSent(item, await response.json().catch(() => ({})));
        if (crowded) look().catch(() => {});
        return true;
      }
      const mayTryAgain = !response || response.status >= 500 || [408, 425, 429].includes(response.status);
      // Minutes are too long to wait for in silence: the sentence says from when on it may be sent again.
      if (!mayTryAgain || (response && secondsOf(response) > LONGEST_WAIT)) {
        told.onRefused(item, await sentenceOf(response));
        return true;
      }
      if (isClosed()) { told.onClosed(closed.error.sentence); return false; }
      if (attempt >= PAUSES.length) {
        if (response) told.onTrouble(await sentenceOf(response));
        return false;
      }
      await sleep(PAUSES[attempt]);
    }
  }

  function send(item) {
    if (item.file) {
      const body = new FormData();
      body.append("file", item.file);
      return ask("/files?key=" + encodeURIComponent(item.key), { method: "POST", body });
    }
    const body = JSON.stringify({ key: item.key, [item.kind]: item.value });
    return ask("/messages", { method: "POST", body, headers: { "Content-Type": "application/json" } });
  }

  async function listen() {
    let pause = 500;
    for (;;) {
      streaming = new AbortController();
      try {
        if (await readStream(streaming.signal, () => { pause = 500; })) { await sleep(crowded + Math.random() * 2000); continue; }
      } catch { /* the connection is gone; the next one begins after the last line shown */ }
      if (isClosed()) { await sleep(closed.until - Date.now() + Math.random() * 3000); continue; }
      told.onOffline();
      await sleep(pause + Math.random() * 300);
      pause = Math.min(pause * 2, 15000);
    }
  }

  // True if there was no room for a stream: then the page asks every few seconds instead.
  async function readStream(signal, onAlive) {
    const response = await ask("/stream?after=" + last, { signal, headers: { Accept: "text/event-stream" } });
    if (response.status === 429 || response.status === 503) { await look(); return true; }
    crowded = 0;
    if (!response.ok) throw new Error("no stream");
    if (outbox.length) drain(); // the server is back
    const reader = response.body.getReader();
    const decoder = new TextDecoder();
    let text = "";
    // The server gives a sign of life every 15 seconds; a line that is silent for longer is dead.
    const watch = { timer: 0 };
    const alive = () => { clearTimeout(watch.timer); watch.timer = setTimeout(() => streaming.abort(), 40000); };
    try {
      for (;;) {
        alive();
        const { done, value } = await reader.read();
        if (done) return false;
        onAlive();
        text += decoder.decode(value, { stream: true });
        const events = text.split("\n\n");
        text = events.pop();
        events.forEach(take);
      }
    } finally { clearTimeout(watch.timer); }
  }

  function take(event) {
    const data = event.split("\n").filter((line) => line.startsWith("data:")).map((line) => line.slice(5)).join("\n");
    if (data) show(JSON.parse(data));
  }

  async function look() {
    const response = await ask("/messages?after=" + last);
    if (!response.ok) throw new Error("no answer");
    if (outbox.length) drain();
    crowded = show(await response.json()) ? CROWDED[0] : Math.min(Math.max(crowded * 1.5, CROWDED[0]), CROWDED[1]);
  }

  function show(news) {
    const fresh = news.messages.filter((line) => line.id > last);
    if (fresh.length) last = fresh[fresh.length - 1].id;
    told.onNews({ ...news, messages: fresh });
    return fresh.length;
  }

  // The next person at this device must find nothing. If the server cannot be reached, the session is still good there:
  // then it is kept, and whoever wanted to end it is told.
  async function end() {
    if (token) {
      const headers = { Authorization: "Bearer " + token };
      const response = await fetch(API + "/end", { method: "POST", headers }).catch(() => null);
      if (!response || (!response.ok && response.status !== 401)) return false;
    }
    token = null;
    outbox = [];
    shelf.drop("outbox");
    shelf.drop("session");
    return true;
  }

  function restart() {
    if (streaming) streaming.abort();
  }

  async function start() {
    const given = new URLSearchParams(location.hash.slice(1)).get("token");
    if (given) {
      history.replaceState(null, "", location.pathname + location.search); // never left for the next person to copy
      await introduce(given);
    }
    if (!token) await renew().catch(() => { if (!isClosed()) told.onOffline(); });
    outbox.forEach((item) => told.onSending(item));
    listen();
    drain();
  }

  window.addEventListener("online", () => { restart(); drain(); });
  // Ended in another window of this browser.
  window.addEventListener("storage", (event) => { if (event.key === "jiedai.session" && !event.newValue) location.reload(); });
  return { start, post, drain, ask, end };
};
