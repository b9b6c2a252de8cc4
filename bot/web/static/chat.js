"use strict";
// The customers' page: what is typed goes to the door, what comes back goes into the log.
(function () {
  const find = (id) => document.getElementById(id);
  const [scroll, text, send, newer, typing, banner] = ["scroll", "text", "send", "newer", "typing", "banner"].map(find);
  const STATES = { bot: "机器人为您服务", waiting: "已安排专人，等待联系", claimed: "专人服务中", offline: "连接中断，正在重新连接…", closed: "暂时无法接入" };
  const longest = Number(document.body.dataset.longest), largest = Number(document.body.dataset.largest);
  const title = document.title;
  const pending = new Map(); // key → {item, line} of what the server has not shown us yet
  const refused = []; // lines the server would not take
  let unread = 0, first = true;
  let following = true; // the end of the log is in view, and stays so

  const log = jiedai.openLog(find("log"), {
    onChoice: (button) => post({ kind: "choice", value: button.choice, label: labelOf(button) }),
    onRetry: () => door.drain(),
    fetchFile,
  });

  const door = jiedai.openDoor({
    onFresh() { log.clear(find("greeting")); pending.clear(); forgetFiles(); first = true; },
    onLeft() {
      log.clear(find("greeting"));
      for (const each of [text, send, find("attach"), find("end")]) each.disabled = true;
      show("closed");
      say("这个浏览器已在另一个窗口打开新的会话，本页已停用，没发出的内容不会再发送。如需继续，请重新进入。");
    },
    onDropped() { say("上次会话里没发出去的消息已经清除，如仍需要，请重新输入。"); },
    onExpired() { say("之前的会话已过期，已为您开始新的会话。"); },
    onToken(sentence) { say(sentence); },
    onTrouble(sentence) { say(sentence); },
    onClosed(sentence) { say(sentence); if (sentence) { show("closed"); typing.hidden = true; } },
    onOffline() { show("offline"); typing.hidden = true; },
    onSending(item) { log.mark(lineOf(item), "sending"); },
    onUnsent(item) { log.mark(lineOf(item), "unsent"); },
    onSent(item, receipt) { settle(item, receipt); },
    onRefused(item, sentence) { refuse(item, sentence); },
    onNews(news) { take(news); },
  });

  const isScore = (choice) => /^(rate:|dim:|survey:.*:[1-5]$)/.test(choice);
  const labelOf = (button) => (isScore(button.choice) ? `评分：${button.label} 分` : button.label);

  // What was refused stays in sight until the next try, and not a message longer: it was never part of the talk.
  function refuse(item, sentence) {
    const line = lineOf(item);
    log.mark(line, "refused", sentence);
    refused.push(line);
    pending.delete(item.key);
    log.thaw();
  }

  function lineOf(item) {
    if (!pending.has(item.key)) pending.set(item.key, { item, line: log.addPending(item) });
    return pending.get(item.key).line;
  }

  function settle(item, receipt) {
    const mine = pending.get(item.key);
    if (!mine) return; // the stream was faster
    if (receipt.id && document.querySelector(`[data-id="${receipt.id}"]`)) {
      mine.line.remove();
      pending.delete(item.key);
    } else {
      mine.id = receipt.id;
      log.mark(mine.line, "sent");
    }
    if (receipt.composing) typing.hidden = false;
    settleScroll(true);
  }

  // The line we drew ourselves makes room for the one the server wrote down.
  function replaced(message) {
    for (const [key, { item, line, id }] of pending) {
      const same = id ? id === message.id
        : item.file ? message.kind === "file" && message.file.size === item.file.size
        : item.kind === "choice" ? message.choice === item.value : message.kind === "text" && squeezed(message.text) === squeezed(item.value);
      if (same) { line.remove(); pending.delete(key); return; }
    }
  }

  const squeezed = (words) => words.replace(/[\s\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\u00ad]+/g, "");

  function take(news) {
    for (const message of news.messages) {
      if (message.author === "customer") replaced(message);
      log.add(message);
      if (!first && message.author !== "customer") alertTo();
    }
    for (const message of news.corrected || []) log.correct(message);
    if (news.messages.length) { const starters = find("starters"); if (starters) starters.remove(); }
    typing.hidden = !news.composing;
    show(news.state);
    settleScroll(following || first, news.messages.some((message) => message.author !== "customer"));
    first = false;
  }

  function show(state) {
    find("status").dataset.state = state;
    find("status-text").textContent = STATES[state] || STATES.bot;
  }

  function say(sentence) {
    banner.textContent = sentence;
    banner.hidden = !sentence;
  }

  function alertTo() {
    if (!document.hidden) return;
    unread += 1;
    document.title = `(${unread}) 新消息 · ${title}`;
  }

  const isAtEnd = () => scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < 120;

  function settleScroll(stick, fresh) {
    if (stick) {
      scroll.scrollTop = scroll.scrollHeight;
      following = true;
      newer.hidden = true;
    } else if (fresh) newer.hidden = false;
  }

  function post(item) {
    item.key = jiedai.randomKey();
    for (const line of refused.splice(0)) line.remove();
    const starters = find("starters");
    if (starters) starters.remove();
    say("");
    door.post(item);
    settleScroll(true);
  }

  // Signs alone say something; what nobody can see does not (the server's own rule).
  const isVisible = (words) => /[^\p{C}\p{M}\p{Z}]/u.test(words);

  function submit() {
    const value = text.value.trim();
    if (!isVisible(value)) return;
    if (value.length > longest) { say(`一条消息最多 ${longest} 字，请分几条发送。`); return; }
    post({ kind: "text", value, label: value });
    text.value = "";
    grow();
    text.focus();
  }

  function attach(file) {
    if (!file) return;
    if (file.size > largest) { say(`文件太大了，请发送 ${Math.round(largest / 1048576)} MB 以内的文件。`); return; }
    post({ kind: "file", file, label: file.name || "文件" });
  }

  const kept = new Map(); // message id → object URL
  function forgetFiles() {
    for (const url of kept.values()) URL.revokeObjectURL(url);
    kept.clear();
  }
  async function fetchFile(id) {
    if (!kept.has(id)) {
      const response = await door.ask("/files/" + id);
      if (!response.ok) throw new Error("no file");
      kept.set(id, URL.createObjectURL(await response.blob()));
    }
    return kept.get(id);
  }

  function grow() {
    text.style.height = "auto";
    text.style.height = Math.min(text.scrollHeight + 2, 140) + "px";
    text.style.overflowY = text.scrollHeight > 140 ? "auto" : "hidden";
    send.disabled = !isVisible(text.value);
  }

  text.addEventListener("input", grow);
  text.addEventListener("keydown", (event) => {
    // Enter that picks a word in an input method must not send half a sentence; keyCode 229 is how Safari says so.
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    submit();
  });
  text.addEventListener("paste", (event) => {
    const file = [...(event.clipboardData ? event.clipboardData.files : [])][0];
    if (file) { event.preventDefault(); attach(file); }
  });
  find("composer").addEventListener("submit", (event) => { event.preventDefault(); submit(); });
  find("attach").addEventListener("click", () => find("file").click());
  find("file").addEventListener("change", (event) => { attach(event.target.files[0]); event.target.value = ""; });
  newer.addEventListener("click", () => settleScroll(true));
  scroll.addEventListener("scroll", () => { following = isAtEnd(); if (following) newer.hidden = true; }, { passive: true });
  find("log").addEventListener("load", () => settleScroll(following), true); // a picture takes its place when it is there
  for (const starter of document.querySelectorAll("#starters .starter")) {
    starter.addEventListener("click", () => post({ kind: "text", value: starter.textContent, label: starter.textContent }));
  }
  // Whoever comes from the page of criteria or of the notice finds one button; nothing is sent before they tap it. Until then the
  // address keeps it, so that it is there again after a reload.
  for (const name of ["objection", "consents"]) {
    const section = find(name);
    if (!section) continue;
    const offer = () => {
      if (location.hash !== `#${name}`) return;
      section.hidden = false;
      settleScroll(true);
    };
    section.querySelector("button").addEventListener("click", (event) => {
      section.hidden = true;
      history.replaceState(null, "", location.pathname + location.search);
      post({ kind: "choice", value: name, label: event.target.textContent });
    });
    window.addEventListener("hashchange", offer);
    offer();
  }
  // A notice that has changed since this device last showed one says so, once.
  const notice = find("privacy");
  if (notice) {
    try {
      const seen = localStorage.getItem("jiedai.notice");
      find("privacy-new").hidden = seen === null || seen === notice.dataset.version;
      localStorage.setItem("jiedai.notice", notice.dataset.version);
    } catch { /* a browser that keeps nothing shows the line all the same */ }
  }
  const ENDED = "jiedai.ended"; // survives the reload that clears everything from sight
  find("end").addEventListener("click", async () => {
    if (!confirm("结束后，这台设备上不再保留对话内容；您已提交的事项会继续处理。确定结束吗？")) return;
    if (!await door.end()) { say("暂时连不上服务器，会话还没有结束，请稍后再试。"); return; }
    // A browser may bring back the page as it was left, and what stood in its fields with it.
    text.value = find("file").value = "";
    log.clear(find("greeting"));
    pending.clear();
    refused.length = 0;
    forgetFiles();
    try { sessionStorage.setItem(ENDED, "1"); } catch { /* then nothing is said of it */ }
    location.reload();
  });
  try {
    if (sessionStorage.getItem(ENDED)) { sessionStorage.removeItem(ENDED); say("会话已结束，这台设备上不再保留对话内容。"); }
  } catch { /* nothing was kept */ }
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) { unread = 0; document.title = title; }
  });
  window.addEventListener("resize", () => settleScroll(following));
  window.addEventListener("hashchange", () => { if (/[#&](token|code)=/.test(location.hash)) location.reload(); });

  door.start();
})();
