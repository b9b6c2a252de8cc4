"use strict";
// Drawing the conversation. Whatever anybody wrote becomes text, never markup.
window.jiedai = window.jiedai || {};

jiedai.openLog = function (log, { onChoice, onRetry, fetchFile }) {
  const WEEKDAYS = "日一二三四五六";
  const labels = new Map(); // choice → what its button said
  const objection = document.querySelector("#objection .starter");
  if (objection) labels.set("objection", objection.textContent);
  const consents = document.querySelector("#consents .starter");
  if (consents) labels.set("consents", consents.textContent);
  let lastDay = "", lastAuthor = "", lastAt = 0;
  let active = null; // the newest bot message's buttons
  const asked = new Map(); // what can be agreed to or accepted, until it is → its buttons
  const graded = new Map(); // what has dimensions to rate → its buttons

  const make = (tag, className, text) => {
    const element = document.createElement(tag);
    if (className) element.className = className;
    if (text !== undefined) element.textContent = text;
    return element;
  };

  function icon(name, size) {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
    svg.setAttribute("width", size);
    svg.setAttribute("height", size);
    svg.setAttribute("aria-hidden", "true");
    use.setAttribute("href", "#icon-" + name);
    svg.append(use);
    return svg;
  }

  const two = (number) => String(number).padStart(2, "0");
  const clock = (at) => two(at.getHours()) + ":" + two(at.getMinutes());

  function dayOf(at) {
    const today = new Date(), yesterday = new Date(today.getTime() - 86400000);
    if (at.toDateString() === today.toDateString()) return "今天";
    if (at.toDateString() === yesterday.toDateString()) return "昨天";
    const year = at.getFullYear() === today.getFullYear() ? "" : at.getFullYear() + "年";
    return `${year}${at.getMonth() + 1}月${at.getDate()}日 周${WEEKDAYS[at.getDay()]}`;
  }

  function separate(at, before) {
    const day = at.toDateString();
    if (day === lastDay) return;
    lastDay = day;
    lastAuthor = "";
    log.insertBefore(make("p", "day", `${dayOf(at)} ${clock(at)}`), before);
  }

  // Several lines of one person within a few minutes stand close together under one face.
  function frame(author, name, at) {
    const line = make("article", "line line-" + author);
    const speaker = author + "/" + name;
    if (speaker === lastAuthor && at - lastAt < 180000) {
      line.classList.add("follows");
      const above = log.lastElementChild && log.lastElementChild.querySelector(":scope > .line-body > .meta:not(.problem)");
      if (above && author !== "customer" && above.textContent === clock(at)) above.remove();
    }
    lastAuthor = speaker;
    lastAt = at.getTime();
    const body = make("div", "line-body");
    if (author !== "customer") {
      const face = make("span", "face");
      face.setAttribute("aria-hidden", "true");
      if (author === "bot") face.append(icon("bot", 20)); else face.textContent = (name || "客服").slice(0, 1);
      line.append(face);
      if (author === "agent") body.append(make("span", "who", "客服 " + (name || "")));
    }
    line.append(body);
    return line;
  }

  function words(message) {
    if (message.choice) {
      const score = message.choice.match(/^rate:([1-5])(?::|$)/);
      if (score) return `评分：${score[1]} 分`;
      const label = labels.get(message.choice) || "已选择";
      return gradeOf(message.choice) ? `评分：${label} 分` : label;
    }
    return message.kind === "rating" ? `评分：${message.text} 分` : message.text;
  }

  function size(bytes) {
    return bytes >= 1048576 ? (bytes / 1048576).toFixed(1) + " MB" : Math.max(1, Math.round(bytes / 1024)) + " KB";
  }

  function fileBubble(message) {
    const bubble = make("div", "bubble"), { mime } = message.file;
    if ((mime || "").startsWith("image/")) showPicture(bubble, message);
    else bubble.append(download(message));
    return bubble;
  }

  function wordBubble(message) {
    const bubble = make("div", "bubble");
    bubble.append(...jiedai.linked(words(message)));
    return bubble;
  }

  function showPicture(bubble, message) {
    const picture = make("img"), larger = make("button", "enlarge");
    picture.alt = "图片：" + message.file.file;
    larger.type = "button";
    larger.dataset.enlarge = message.id;
    larger.append(picture);
    bubble.classList.add("picture");
    bubble.append(larger);
    const cannot = () => { bubble.classList.remove("picture"); bubble.replaceChildren(download(message)); };
    picture.addEventListener("error", cannot); // a kind that this browser does not draw
    fetchFile(message.id).then((url) => { picture.src = url; }).catch(cannot);
  }

  function download(message) {
    const { file: name, size: bytes } = message.file;
    const link = make("button", "file");
    link.type = "button";
    const label = make("span", "", name);
    label.append(make("small", "", size(bytes || 0) + " · 点击下载"));
    link.append(icon("file", 26), label);
    link.addEventListener("click", () => fetchFile(message.id).then((url) => {
      const anchor = make("a");
      anchor.href = url;
      anchor.download = name;
      anchor.click();
    }).catch(() => { label.lastChild.textContent = "暂时无法下载，请稍后再试"; }));
    return link;
  }

  function choicesOf(buttons) {
    const verbs = buttons.map(({ choice }) => (stepOf(choice) ? choice.split(":")[2] : choice.split(":")[0]));
    const box = make("div", "choices");
    if (verbs.includes("ask")) box.classList.add("list");
    if (verbs.every((verb) => verb === "rate")) box.classList.add("rating");
    buttons.forEach((button, place) => {
      const tap = make("button", "", button.label);
      tap.type = "button";
      tap.dataset.verb = verbs[place];
      if (verbs[place] === "rate") tap.setAttribute("aria-label", button.label + " 分");
      tap.addEventListener("click", () => { freeze(box); onChoice(button); });
      box.append(tap);
    });
    if (box.classList.contains("rating")) {
      const ends = make("p", "rating-ends");
      ends.append(make("span", "", "很不满意"), make("span", "", "非常满意"));
      box.append(ends);
    }
    return box;
  }

  // Scores of several dimensions: a row for each, which may be tapped one after another, and anew.
  function gradesOf(buttons) {
    const box = make("div", "choices grades");
    const rows = new Map();
    for (const button of buttons) {
      const [, name, score] = gradeOf(button.choice) || [];
      if (name && !rows.has(name)) {
        const row = make("div", "grade-row");
        const what = button.label.replace(/\s*\d$/, "");
        if (what) row.append(make("span", "grade-of", what));
        rows.set(name, row);
        box.append(row);
      }
      const tap = make("button", "", score || button.label);
      tap.type = "button";
      tap.dataset.choice = button.choice;
      if (score) tap.setAttribute("aria-label", button.label + " 分");
      tap.addEventListener("click", () => onChoice(button));
      (rows.get(name) || box).append(tap);
    }
    return box;
  }

  const gradeOf = (choice) => /^((?:dim:\d+:\d+|survey:\d+):[a-z]+):([1-5])$/.exec(choice || "");
  const gradedIn = (choice) => (/^(dim:\d+:\d+|survey:\d+):/.exec(choice || "") || [])[1];

  function grade(name, buttons, body) {
    if (graded.has(name)) graded.get(name).remove();
    const box = gradesOf(buttons);
    graded.set(name, box);
    body.append(box);
  }

  function markGrade(choice) {
    const [, name] = gradeOf(choice) || [];
    for (const tap of document.querySelectorAll(".grades button"))
      if (name && (gradeOf(tap.dataset.choice) || [])[1] === name) tap.setAttribute("aria-pressed", String(tap.dataset.choice === choice));
  }

  function freeze(box) {
    for (const button of box.querySelectorAll("button")) button.disabled = true;
  }

  function retire() {
    if (active) active.remove();
    active = null;
  }

  // A plan or an invitation to accept keeps its buttons, whatever is said after it, until it is answered or replaced.
  const stepOf = (choice) => (/^step:(\d+):/.exec(choice || "") || [])[1];
  const typeOf = (box) => [...box.querySelectorAll("button")].map((button) => button.dataset.verb).join();

  function ask(step, buttons, body) {
    const box = choicesOf(buttons);
    for (const [other, before] of asked) if (typeOf(before) === typeOf(box)) settled(other);
    asked.set(step, box);
    body.append(box);
  }

  function settled(step) {
    if (asked.has(step)) asked.get(step).remove();
    asked.delete(step);
  }

  function add(message) {
    const at = new Date(message.at);
    const before = log.querySelector(".pending");
    separate(at, before);
    const line = frame(message.author, message.name || "", at);
    line.dataset.id = message.id;
    if (message.choice || message.kind === "rating") line.classList.add("tap");
    const body = line.querySelector(".line-body");
    body.append(message.kind === "file" && message.file ? fileBubble(message) : wordBubble(message));
    body.append(make("span", "meta", clock(at)));
    for (const button of message.buttons || []) labels.set(button.choice, button.label);
    if (message.author === "customer") { settled(stepOf(message.choice)); markGrade(message.choice); }
    else {
      retire();
      const first = ((message.buttons || [])[0] || {}).choice;
      const step = stepOf(first);
      if (gradedIn(first)) grade(gradedIn(first), message.buttons, body);
      else if (step && !message.taken_back) ask(step, message.buttons, body);
      else if (message.author === "bot" && (message.buttons || []).length) {
        active = choicesOf(message.buttons);
        body.append(active);
      }
    }
    if (message.corrected || message.taken_back) markCorrected(line, message);
    log.insertBefore(line, before);
    return line;
  }

  // What an agent wrote was corrected or taken back, perhaps long after we drew it.
  function correct(message) {
    const line = log.querySelector(`[data-id="${Number(message.id)}"]`);
    if (line) markCorrected(line, message);
  }

  function markCorrected(line, message) {
    const bubble = line.querySelector(".bubble"), body = line.querySelector(".line-body");
    if (message.taken_back || message.kind !== "file") bubble.replaceChildren(...jiedai.linked(message.text));
    if (message.taken_back) bubble.classList.remove("picture");
    bubble.classList.toggle("withdrawn", Boolean(message.taken_back));
    let label = body.querySelector(".corrected");
    if (!label) { label = make("span", "meta corrected"); body.append(label); }
    label.textContent = message.taken_back ? "" : "已更正";
  }

  // A line of ours that the server has not confirmed yet.
  function addPending(item) {
    const at = new Date();
    separate(at, null);
    const line = frame("customer", "", at);
    line.classList.add("pending", "waits");
    const body = line.querySelector(".line-body");
    body.append(make("div", "bubble", item.label), make("span", "meta", "发送中…"));
    if (item.kind !== "text" && !item.file) line.classList.add("tap");
    log.append(line);
    return line;
  }

  function mark(line, state, sentence) {
    line.classList.toggle("waits", state === "sending");
    line.classList.toggle("failed", state === "unsent" || state === "refused");
    const meta = line.querySelector(".meta");
    meta.textContent = { sending: "发送中…", sent: "已送达", unsent: "", refused: sentence || "这条消息没有发出" }[state];
    meta.classList.toggle("problem", state === "refused");
    const retry = line.querySelector(".retry");
    if (retry) retry.remove();
    if (state !== "unsent") return;
    const button = make("button", "retry", "未发送 · 点此重试");
    button.type = "button";
    button.addEventListener("click", onRetry);
    line.querySelector(".line-body").append(button);
  }

  function thaw() {
    for (const box of [active, ...asked.values()]) if (box) for (const button of box.querySelectorAll("button")) button.disabled = false;
  }

  function clear(kept) {
    for (const line of [...log.children]) if (line !== kept) line.remove();
    lastDay = lastAuthor = "";
    active = null;
    asked.clear();
    graded.clear();
  }

  return { add, addPending, correct, mark, clear, thaw };
};
