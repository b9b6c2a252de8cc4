"use strict";
// The keyboard: letters walk, answer and hand over, unless they were switched off; Ctrl+K finds any command by its name.
(function () {
  const find = (id) => document.getElementById(id);
  const TYPING = "input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]";
  const WANTED = `jiedai.keys.${document.body.dataset.who}`;
  let letters = localStorage.getItem(WANTED) === "on"; // as it was here last, until the server says what this person wants

  const LETTERS = [
    ["j", "下一张工单", () => walk(1)],
    ["k", "上一张工单", () => walk(-1)],
    ["e", "回复客户", () => write("reply")],
    ["n", "写内部备注", () => write("note")],
    ["c", "认领", claim],
    ["t", "转交", () => open("menu-transfer")],
    ["r", "解决", () => open("menu-resolve")],
    ["/", "搜索", search],
    ["?", "全部快捷键", () => help.showModal()],
  ];
  const CHORDS = [["Ctrl+K", "命令"], ["Ctrl+Enter", "发送"], ["Ctrl+Shift+Enter", "发送并解决"], ["Esc", "关闭菜单"]];

  function walk(by) {
    const links = [...document.querySelectorAll(".card-link")];
    if (!links.length) return;
    const here = links.indexOf(document.activeElement);
    const from = here >= 0 ? here : links.findIndex((link) => link.hasAttribute("aria-current"));
    const next = links[Math.min(Math.max(from + by, 0), links.length - 1)];
    next.focus();
    next.scrollIntoView({ block: "nearest" });
  }

  function write(field) {
    const tab = find(`tab-${field}`), area = find(field);
    if (!area) return;
    if (tab) tab.checked = true;
    area.focus();
  }

  function claim() {
    const row = document.activeElement.closest(".row");
    const form = row ? row.querySelector('form[action$="/claim"]') : document.querySelector("form[data-move=claim]");
    if (form) form.requestSubmit();
  }

  function open(id) {
    const menu = find(id);
    if (!menu) return;
    menu.open = true;
    const first = menu.querySelector(".pop select, .pop textarea, .pop input:not([type=hidden]), .pop button");
    if (first) first.focus();
  }

  function search() {
    find("search").focus();
    find("search").select();
  }

  // Ctrl+K: every page, every move of this ticket, and the search, by a part of its name.
  const help = dialog("快捷键"), bar = dialog("命令");
  const list = document.createElement("dl");
  list.className = "keys-list";
  for (const [key, says] of [...LETTERS, ...CHORDS]) {
    const term = document.createElement("dt"), means = document.createElement("dd"), cap = document.createElement("kbd");
    cap.textContent = key;
    term.append(cap);
    means.textContent = says;
    list.append(term, means);
  }
  const off = document.createElement("p");
  off.className = "quiet";
  off.textContent = "单个字母的快捷键可以在「我的账号」里关闭。";
  help.append(list, off);

  const field = document.createElement("input"), found = document.createElement("ul");
  field.type = "search";
  field.setAttribute("aria-label", "命令、页面、工单编号、电话或几个字");
  field.placeholder = "命令、页面、工单编号、电话或几个字";
  field.setAttribute("role", "combobox");
  field.setAttribute("aria-controls", "commands");
  field.setAttribute("aria-expanded", "true");
  found.id = "commands";
  found.setAttribute("role", "listbox");
  bar.append(field, found);
  let choices = [], chosen = 0;

  function commands() {
    const links = [...document.querySelectorAll(".top-nav a, .top-me a")].map((link) => [link.firstChild.textContent.trim() || link.textContent.trim(), () => location.assign(link.href)]);
    const moves = [...document.querySelectorAll(".moves > form > button, .moves > details > summary")].map((move) => [move.textContent.trim(), () => { move.click(); if (move.nodeName === "SUMMARY") open(move.parentElement.id); }]);
    const writing = [["回复客户", () => write("reply")], ["写内部备注", () => write("note")]].filter(([, ]) => find("reply"));
    return [...moves, ...writing, ...links, ["快捷键", () => help.showModal()]];
  }

  function offer() {
    const asked = field.value.trim();
    choices = commands().filter(([name]) => name.toLowerCase().includes(asked.toLowerCase()));
    if (/^#?\d{1,9}$/.test(asked)) choices.unshift([`打开工单 #${asked.replace("#", "")}`, () => location.assign(`/console/tickets/${asked.replace("#", "")}`)]);
    if (asked) choices.push([`搜索「${asked}」`, () => location.assign(`/console?q=${encodeURIComponent(asked)}`)]);
    chosen = 0;
    draw();
  }

  function draw() {
    found.replaceChildren(...choices.slice(0, 12).map(([name], at) => {
      const option = document.createElement("li");
      option.id = `command-${at}`;
      option.textContent = name;
      option.setAttribute("role", "option");
      option.setAttribute("aria-selected", String(at === chosen));
      option.addEventListener("click", () => run(at));
      return option;
    }));
    field.setAttribute("aria-activedescendant", choices.length ? `command-${chosen}` : "");
  }

  function run(at) {
    const choice = choices[at];
    bar.close();
    if (choice) choice[1]();
  }

  field.addEventListener("input", offer);
  field.addEventListener("keydown", (event) => {
    if (event.isComposing || event.keyCode === 229) return;
    const most = Math.min(choices.length, 12);
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (most) chosen = (chosen + (event.key === "ArrowDown" ? 1 : most - 1)) % most;
      draw();
    }
    if (event.key === "Enter") { event.preventDefault(); run(chosen); }
  });

  function dialog(name) {
    const made = document.createElement("dialog"), heading = document.createElement("h2");
    made.className = "keys-dialog";
    made.setAttribute("aria-label", name);
    heading.textContent = name;
    made.append(heading);
    made.addEventListener("click", (event) => { if (event.target === made) made.close(); });
    document.body.append(made);
    return made;
  }

  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.keyCode === 229) return;
    if ((event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey && event.key.toLowerCase() === "k") {
      event.preventDefault();
      field.value = "";
      bar.showModal();
      offer();
      return;
    }
    if (event.key === "Escape") {
      for (const menu of document.querySelectorAll("details.menu[open]")) { menu.open = false; menu.querySelector("summary").focus(); }
      if (["search", "reply", "note"].includes(event.target.id) && !event.defaultPrevented) event.target.blur(); // letters are keys again
    }
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest(TYPING) || document.querySelector("dialog[open]")) return;
    const letter = LETTERS.find(([key]) => key === event.key);
    if (!letter || !letters) return;
    event.preventDefault();
    letter[2]();
  });
  jiedai.onNews.push(({ version }) => {
    letters = version.chosen.single_keys;
    localStorage.setItem(WANTED, letters ? "on" : "off");
  });
})();
