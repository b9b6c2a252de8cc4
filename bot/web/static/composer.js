"use strict";
// Beside the reply: canned replies by a slash, answers of the knowledge base, a suggested answer, the policy's wording.
(function () {
  const find = (id) => document.getElementById(id);
  const ticket = find("composer").dataset.ticket;
  const SLASH = /(^|\s)[/／、]([^\s/／、]{0,16})$/; // 、 is what a Chinese keyboard has on that key
  const TO_FILL = /〔请填写[^〕\n]*〕/;
  const QUIET = 150; // ms without a key before answers are looked for
  const isComposing = (event) => event.isComposing || event.keyCode === 229;
  const used = { canned: [], article: "", sure: "" }; // what the reply is made with

  function tell(sentence) { find("choices-told").textContent = sentence; }

  // Text goes where the cursor is, over what is selected; the first place to fill in is selected then.
  function insert(text, from = null) {
    const field = find("reply") || find("note");
    if (!field) return;
    const tab = find(`tab-${field.id}`);
    if (tab) tab.checked = true;
    const start = from === null ? field.selectionStart : from;
    const before = field.value.slice(0, start);
    const lead = from === null && before && !/\s$/.test(before) ? "\n" : "";
    field.setRangeText(lead + text, start, field.selectionEnd, "end");
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.focus();
    const gap = TO_FILL.exec(text);
    if (gap) field.setSelectionRange(start + lead.length + gap.index, start + lead.length + gap.index + gap[0].length);
  }

  // A list to choose from by arrows, beside the field that keeps the focus.
  function show(list, field, items, none) {
    list.replaceChildren(...items.map((item, at) => option(`${list.id}-${at}`, item)));
    if (!items.length && none) {
      const line = document.createElement("li");
      line.className = "choices-none";
      line.textContent = none;
      list.append(line);
    }
    field.setAttribute("aria-expanded", "true");
    mark(list, field, 0);
    tell(items.length ? `${items.length} 条，第一条：${items[0].title}` : none);
  }

  function option(id, item) {
    const line = document.createElement("li"), title = document.createElement("b"), text = document.createElement("span");
    line.id = id;
    line.setAttribute("role", "option");
    title.textContent = item.title;
    text.textContent = item.text;
    if (item.code) {
      const code = document.createElement("kbd");
      code.textContent = `/${item.code}`;
      line.append(code, " ");
    }
    line.append(title, text);
    return line;
  }

  const options = (list) => [...list.querySelectorAll("[role=option]")];
  const marked = (list) => options(list).findIndex((each) => each.getAttribute("aria-selected") === "true");

  function mark(list, field, at) {
    const all = options(list);
    all.forEach((each, number) => each.setAttribute("aria-selected", String(number === at)));
    if (all[at]) {
      field.setAttribute("aria-activedescendant", all[at].id);
      all[at].scrollIntoView({ block: "nearest" });
    } else field.removeAttribute("aria-activedescendant");
  }

  function move(list, field, by) {
    const count = options(list).length;
    if (count) mark(list, field, (marked(list) + by + count) % count);
  }

  // Canned replies: the list is open while a slash and a part of a code stand before the cursor.
  let replies = [], shown = [], slash = -1, byButton = false, asked = 0;

  async function load() {
    const mine = ++asked;
    try {
      const answer = await fetch(`/console/tickets/${ticket}/replies`, { headers: { "X-Part": "1" } });
      if (answer.status === 401) { jiedai.gone(); return; }
      if (answer.ok && mine === asked) replies = (await answer.json()).replies;
    } catch { /* those of before will do */ }
    if (mine === asked && slash >= 0) offer();
  }

  function offer() {
    const field = find("reply"), found = SLASH.exec(field.value.slice(0, field.selectionStart));
    if (!found) { close(); return; }
    const isNew = slash < 0, word = found[2].toLowerCase();
    slash = found.index + found[1].length;
    if (isNew) load();
    const rank = (each) => [each.code.toLowerCase().startsWith(word), each.title.toLowerCase().includes(word), each.text.toLowerCase().includes(word)].indexOf(true);
    shown = replies.filter((each) => rank(each) >= 0).sort((one, other) => rank(one) - rank(other));
    find("canned").hidden = false;
    for (const [name, value] of Object.entries({ role: "combobox", "aria-multiline": "true", "aria-autocomplete": "list", "aria-haspopup": "listbox", "aria-controls": "canned-list" })) field.setAttribute(name, value);
    show(find("canned-list"), field, shown, isNew && !replies.length ? "" : "没有匹配的快捷回复");
  }

  function close(undo = false) {
    const field = find("reply"), box = find("canned");
    if (slash >= 0 && undo && byButton && field) field.setRangeText("", slash, field.selectionStart, "end");
    slash = -1;
    byButton = false;
    if (box) box.hidden = true;
    if (field) for (const name of ["role", "aria-multiline", "aria-autocomplete", "aria-haspopup", "aria-controls", "aria-expanded", "aria-activedescendant"]) field.removeAttribute(name);
    tell("");
  }

  function take(at) {
    const chosen = shown[at], from = slash;
    if (!chosen) return;
    close();
    used.canned.push(chosen.id);
    insert(chosen.text, from);
  }

  function openByButton() {
    const field = find("reply");
    find("tab-reply").checked = true;
    field.focus();
    if (slash >= 0) return;
    const before = field.value.slice(0, field.selectionStart);
    field.setRangeText(before && !/\s$/.test(before) ? "\n/" : "/", field.selectionStart, field.selectionEnd, "end");
    offer();
    byButton = true;
  }

  // Answers of the knowledge base that this ticket's customer may see.
  let answers = [], wait = 0, search = null;

  function openAnswers(open) {
    find("answers").hidden = !open;
    find("open-answers").setAttribute("aria-expanded", String(open));
    if (open) find("answers-search").focus();
    else tell("");
  }

  async function lookUp() {
    const field = find("answers-search"), list = find("answers-list"), words = field.value.trim();
    if (search) search.abort();
    search = new AbortController();
    if (!words) { answers = []; show(list, field, [], ""); field.setAttribute("aria-expanded", "false"); return; }
    try {
      const answer = await fetch(`/console/tickets/${ticket}/answers?q=${encodeURIComponent(words)}`, { headers: { "X-Part": "1" }, signal: search.signal });
      if (answer.status === 401) { jiedai.gone(); return; }
      if (!answer.ok) throw new Error("not now");
      answers = (await answer.json()).answers;
      show(list, field, answers.map((each) => ({ title: each.question, text: each.answer })), "知识库里没有找到，换个说法试试");
    } catch (error) {
      if (error.name !== "AbortError") show(list, field, [], "暂时查不了，请稍后再试");
    }
  }

  function takeAnswer(at) {
    if (!answers[at] || !(find("reply") || find("note"))) return;
    const text = answers[at].answer;
    openAnswers(false);
    insert(text);
  }

  document.addEventListener("input", (event) => {
    if (event.target.id === "reply" && !isComposing(event)) offer();
    if (event.target.id === "answers-search" && !isComposing(event)) { clearTimeout(wait); wait = setTimeout(lookUp, QUIET); }
  });
  document.addEventListener("compositionend", (event) => {
    if (event.target.id === "reply") offer();
    if (event.target.id === "answers-search") { clearTimeout(wait); wait = setTimeout(lookUp, QUIET); }
  });

  document.addEventListener("keydown", (event) => {
    if (isComposing(event) || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.id === "reply" && slash >= 0) keys(event, find("canned-list"), take, () => close(true));
    if (event.target.id === "answers-search") keys(event, find("answers-list"), takeAnswer, () => { openAnswers(false); find("open-answers").focus(); });
  }, true);

  function keys(event, list, choose, leave) {
    const isChosen = marked(list) >= 0;
    if (event.key === "ArrowDown") move(list, event.target, 1);
    else if (event.key === "ArrowUp") move(list, event.target, -1);
    else if ((event.key === "Enter" && !event.shiftKey && (isChosen || event.target.id !== "reply")) || (event.key === "Tab" && !event.shiftKey && isChosen && event.target.id === "reply")) choose(marked(list));
    else if (event.key === "Escape") leave();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  document.addEventListener("click", (event) => {
    const target = event.target, chosen = target.closest("[role=option]");
    if (target.closest("#open-canned")) openByButton();
    else if (target.closest("#open-answers")) openAnswers(find("answers").hidden);
    else if (chosen && chosen.parentElement.id === "canned-list") take(options(chosen.parentElement).indexOf(chosen));
    else if (chosen && chosen.parentElement.id === "answers-list") takeAnswer(options(chosen.parentElement).indexOf(chosen));
    else if (target.closest("[data-insert]")) insert(target.closest("[data-insert]").dataset.insert);
    else if (target.closest("[data-adopt]")) adopt(target.closest("[data-adopt]"));
    else if (slash >= 0 && !target.closest("#canned, #reply")) close(true);
  });
  document.addEventListener("mousedown", (event) => { if (event.target.closest("[role=option]")) event.preventDefault(); }); // the field keeps the focus

  function adopt(button) {
    used.article = button.dataset.adopt;
    used.sure = button.dataset.sure;
    insert(button.dataset.text);
  }

  // What the reply was made with goes along with it, before the page sends the form.
  document.addEventListener("submit", (event) => {
    if (!event.target.matches(".form-reply")) return;
    for (const [name, value] of Object.entries({ canned: used.canned.join(" "), article: used.article, sure: used.sure })) {
      const field = event.target.elements[name] || event.target.appendChild(Object.assign(document.createElement("input"), { type: "hidden", name }));
      field.value = value;
    }
  }, true);

  jiedai.afterSwap.push(() => {
    const field = find("reply");
    if (slash >= 0 && (!find("canned") || find("canned").hidden)) close();
    if (!field || !field.value) Object.assign(used, { canned: [], article: "", sure: "" });
  });
})();
