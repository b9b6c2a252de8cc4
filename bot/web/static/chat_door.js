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
  const JUST_TYPED = 60000;
  const shelf = shelfOf();
  let token = shelf.get("session");
  let opening = null;
  let outbox = unsentOf(token); // each with the session it was typed in; null: in one that is being opened
  let sending = false;
  let closed = { until: 0, error: null }; // no new session before then: too many were opened from this network
  let streaming = null; // the AbortController of the running stream
  let crowded = 0; // the present pause between two questions; 0: there is a stream
  let left = false; // another window of this browser has entered as somebody else
  let last = 0;
  let talk = ""; // which talk is shown: another one once what the customer said elsewhere has joined it

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

  // What was typed in another session is dropped, not sent: somebody else may sit here now.
  function unsentOf(session) {
    const kept = JSON.parse(shelf.get("outbox") || "null");
    return session && kept && kept.of === session ? kept.items.map((item) => ({ ...item, of: session })) : [];
  }

  // Of a stranger's session that has just turned out to have ended, what they typed this minute goes along into the next
  // one; never into a proven customer's, who may be somebody else.
  const goesAlong = (item, proven) => item.of === null || (!proven && !shelf.get("proven") && Date.now() - item.typed < JUST_TYPED);

  function enter(session, proven) {
    const before = outbox.length;
    outbox = outbox.filter((item) => goesAlong(item, proven));
    const dropped = before - outbox.length;
    for (const item of outbox) item.of = session;
    token = session;
    shelf.set("session", session);
    if (proven) shelf.set("proven", "1"); else shelf.drop("proven");
    keep();
    last = 0;
    talk = "";
    told.onFresh();
    if (dropped) told.onDropped();
  }

  async function openSession(given) {
    const other = shelf.get("session"); // opened by another window of this browser meanwhile
    if (!given && other) { enter(other, shelf.get("proven")); return; }
    const body = JSON.stringify(given || {});
    const response = await fetch(API + "/sessions", { method: "POST", body, headers: { "Content-Type": "application/json" } });
    if (!response.ok) {
      const error = Object.assign(new Error("refused"), { status: response.status, sentence: await sentenceOf(response) });
      if (response.status === 429 && !given) close(error, secondsOf(response));
      throw error;
    }
    if (closed.until) { closed = { until: 0, error: null }; told.onClosed(""); }
    enter((await response.json()).session_token, given);
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
    if (left) throw new Error("this page belongs to a session that its browser has left");
    if (!token) await renew();
    const used = token;
    const headers = { ...options.headers, Authorization: "Bearer " + used };
    const response = await fetch(API + path, { ...options, headers });
    if (response.status !== 401 || options.again) return response;
    if (token === used) {
      token = null;
      if (shelf.get("session") === used) shelf.drop("session");
      told.onExpired();
      await renew();
      restart();
    }
    if (options.item && !outbox.includes(options.item)) throw new Error("dropped with its session");
    return ask(path, { ...options, again: true });
  }

  function keep() {
    if (left) return; // what is kept is the other window's
    const items = outbox.filter((item) => !item.file && item.of === token);
    if (items.length) shelf.set("outbox", JSON.stringify({ of: token, items })); else shelf.drop("outbox");
  }

  function post(item) {
    item.of = opening ? null : token;
    item.typed = Date.now();
    outbox.push(item);
    keep();
    drain();
  }

  // One after the other, so that they arrive in the order in which they were written.
  async function drain() {
    if (sending) return;
    sending = true;
    while (outbox.length) {
      const item = outbox[0];
      if (!await deliver(item)) break;
      outbox = outbox.filter((each) => each !== item);
      keep();
    }
    sending = false;
    for (const item of outbox) told.onUnsent(item);
  }

  // True when the item is done with: taken, or refused for good.
  async function deliver(item) {
    for (let attempt = 0; ; attempt++) {
      if (!outbox.includes(item)) return true; // dropped with its session
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
      return ask("/files?key=" + encodeURIComponent(item.key), { method: "POST", body, item });
    }
    const body = JSON.stringify({ key: item.key, [item.kind]: item.value });
    return ask("/messages", { method: "POST", body, item, headers: { "Content-Type": "application/json" } });
  }

  async function listen() {
    let pause = 500;
    while (!left) {
      streaming = new AbortController();
      try {
        if (await readStream(streaming.signal, () => { pause = 500; })) { await sleep(crowded + Math.random() * 2000); continue; }
      } catch { /* the connection is gone; the next one begins after the last line shown */ }
      if (left) return;
      if (isClosed()) { await sleep(closed.until - Date.now() + Math.random() * 3000); continue; }
      told.onOffline();
      await sleep(pause + Math.random() * 300);
      pause = Math.min(pause * 2, 15000);
    }
  }

  // True if there was no room for a stream: then the page asks every few seconds instead.
  async function readStream(signal, onAlive) {
    const response = await ask("/stream?" + place(), { signal, headers: { Accept: "text/event-stream" } });
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

  const place = () => `after=${last}&talk=${encodeURIComponent(talk)}`;

  function take(event) {
    const data = event.split("\n").filter((line) => line.startsWith("data:")).map((line) => line.slice(5)).join("\n");
    if (data) show(JSON.parse(data));
  }

  async function look() {
    const response = await ask("/messages?" + place());
    if (!response.ok) throw new Error("no answer");
    if (outbox.length) drain();
    crowded = show(await response.json()) ? CROWDED[0] : Math.min(Math.max(crowded * 1.5, CROWDED[0]), CROWDED[1]);
  }

  function show(news) {
    if (talk && news.talk !== talk) { last = 0; told.onFresh(); } // then it holds all lines, in their new order
    talk = news.talk;
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
    for (const name of ["outbox", "session", "proven"]) shelf.drop(name);
    return true;
  }

  function restart() {
    if (streaming) streaming.abort();
  }

  async function start() {
    const handed = new URLSearchParams(location.hash.slice(1));
    const given = ["token", "code"].filter((name) => handed.get(name)).map((name) => ({ [name]: handed.get(name) }))[0];
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
  // Whether another session shows the talk that this page shows: then it is the same customer's.
  async function isSameTalk(session) {
    const response = await fetch(API + "/messages?after=2147483647", { headers: { Authorization: "Bearer " + session } });
    const other = response.ok ? (await response.json()).talk : "";
    return Boolean(talk) && talk.split(".")[0] === other.split(".")[0];
  }

  // Somebody else has come in by another window. Whoever turns to this one must neither read on nor write as them.
  function leave() {
    left = true;
    outbox = [];
    restart();
    told.onLeft();
  }

  // Ended, or entered by another link, in another window of this browser.
  window.addEventListener("storage", async (event) => {
    if (event.key !== "jiedai.session" || !token || left || event.newValue === token) return;
    if (!event.newValue || await isSameTalk(event.newValue).catch(() => false)) location.reload(); else leave();
  });
  // Brought back from memory by the back button, with the talk of a session that this browser has left since.
  window.addEventListener("pageshow", (event) => { if (event.persisted && shelf.get("session") !== token) location.reload(); });
  return { start, post, drain, ask, end };
};
