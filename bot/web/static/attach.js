"use strict";
// Pictures and files that go with a reply: chosen, pasted or dropped, listed before they are sent, and kept if it is refused.
(function () {
  const KINDS = [["image/", "图片"], ["audio/", "音频"], ["video/", "视频"]];
  const IMAGES_BY_SCRIPT = /^image\/(png|jpeg|gif|webp|bmp|avif)$/; // what every browser draws
  const field = () => document.querySelector(".attach input[type=file]");
  const previews = new Map(); // file → address of its picture
  let files = []; // as they will be sent

  const make = (tag, className, text) => {
    const element = document.createElement(tag);
    if (className) element.className = className;
    if (text !== undefined) element.textContent = text;
    return element;
  };

  function size(bytes) {
    return bytes >= 1048576 ? (bytes / 1048576).toFixed(1) + " MB" : Math.max(1, Math.round(bytes / 1024)) + " KB";
  }

  const endingOf = (name) => (name.includes(".") ? name.split(".").pop().toLowerCase() : "");

  function kindOf(file) {
    const [, kind] = KINDS.find(([begin]) => file.type.startsWith(begin)) || [];
    return kind || endingOf(file.name).toUpperCase() || "文件";
  }

  // The server decides; what it would refuse anyway need not be uploaded first.
  function faultOf(file, input) {
    const about = (sentence) => sentence.replace("{name}", file.name);
    if (!file.size) return about(input.dataset.empty);
    if (file.size > Number(input.dataset.largest)) return about(input.dataset.tooLarge);
    return input.accept.split(",").includes("." + endingOf(file.name)) ? "" : about(input.dataset.unknown);
  }

  function add(chosen) {
    const input = field();
    if (!input) return;
    const faults = [], taken = [];
    for (const file of chosen) {
      const fault = faultOf(file, input);
      if (fault) faults.push(fault); else taken.push(file);
    }
    let next = [...files, ...taken];
    if (next.length > Number(input.dataset.most)) { faults.push(input.dataset.tooMany); next = next.slice(0, Number(input.dataset.most)); }
    const total = (list) => list.reduce((sum, file) => sum + file.size, 0);
    if (total(next) > Number(input.dataset.together)) {
      faults.push(input.dataset.tooMuch);
      while (total(next) > Number(input.dataset.together)) next.pop();
    }
    keep(next);
    wrong(faults.join(""));
    tell(`已选 ${files.length} 个文件`);
    renew();
  }

  function keep(next) {
    files = next;
    for (const [file, address] of previews) if (!files.includes(file)) { URL.revokeObjectURL(address); previews.delete(file); }
    const input = field();
    if (!input) return;
    const held = new DataTransfer();
    for (const file of files) held.items.add(file);
    input.files = held.files;
    draw(input);
  }

  // Another content is another message, which needs another key where the last try may have arrived.
  const renew = () => field().form.querySelector("textarea").dispatchEvent(new Event("input", { bubbles: true }));

  function draw(input) {
    const list = input.closest(".attach").querySelector(".attach-list");
    list.hidden = !files.length;
    list.replaceChildren(...files.map((file, place) => {
      const item = make("li"), label = make("span", "attach-name", file.name);
      label.append(make("small", "", `${kindOf(file)} · ${size(file.size)}`));
      const remove = make("button", "small", "移除");
      remove.type = "button";
      remove.setAttribute("aria-label", `移除「${file.name}」`);
      remove.addEventListener("click", () => drop(place));
      item.append(face(file), label, remove);
      return item;
    }));
  }

  function face(file) {
    if (!IMAGES_BY_SCRIPT.test(file.type)) {
      const sign = make("span", "attach-face", endingOf(file.name).slice(0, 4).toUpperCase());
      sign.setAttribute("aria-hidden", "true");
      return sign;
    }
    if (!previews.has(file)) previews.set(file, URL.createObjectURL(file));
    const picture = make("img", "attach-face");
    picture.alt = "";
    picture.src = previews.get(file);
    return picture;
  }

  function drop(place) {
    const name = files[place].name;
    keep(files.filter((_file, at) => at !== place));
    wrong("");
    tell(`已移除「${name}」`);
    renew();
    const left = document.querySelectorAll(".attach-list button");
    (left[Math.min(place, left.length - 1)] || field()).focus();
  }

  function say(selector, sentence) {
    const line = document.querySelector(selector);
    if (line) line.textContent = sentence;
    return line;
  }

  const tell = (sentence) => say(".attach-told", sentence);
  function wrong(sentence) {
    const line = say(".attach-wrong", sentence);
    if (line) line.hidden = !sentence;
  }

  // A screenshot has a name that says nothing, and two of them the same.
  function named(file) {
    if (!/^image\.\w+$/.test(file.name)) return file;
    const at = new Date(), two = (number) => String(number).padStart(2, "0");
    const when = [at.getHours(), at.getMinutes(), at.getSeconds()].map(two).join("");
    return new File([file], `截图${when}.${endingOf(file.name)}`, { type: file.type });
  }

  document.addEventListener("change", (event) => {
    if (event.target === field()) add([...event.target.files]);
  });

  document.addEventListener("paste", (event) => {
    const pasted = event.clipboardData ? [...event.clipboardData.files] : [];
    const from = event.target.closest(".form-reply");
    // Words copied from an office program bring a picture of themselves along.
    if (!from || !field() || !pasted.length || event.clipboardData.types.includes("text/plain")) return;
    event.preventDefault();
    add(pasted.map(named));
  });

  const hasFiles = (event) => event.dataTransfer && event.dataTransfer.types.includes("Files");
  const over = (event) => field() && event.target instanceof Element && event.target.closest(".talk-pane");
  const mark = (on) => { const pane = document.getElementById("composer"); if (pane) pane.classList.toggle("attach-over", Boolean(on)); };

  document.addEventListener("dragover", (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault(); // dropped beside, a file would open in place of this page
    event.dataTransfer.dropEffect = over(event) ? "copy" : "none";
    mark(over(event));
  });
  document.addEventListener("dragleave", (event) => { if (!event.relatedTarget) mark(false); });
  document.addEventListener("drop", (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    mark(false);
    if (!over(event)) return;
    const tab = document.getElementById("tab-reply");
    if (tab) tab.checked = true;
    add([...event.dataTransfer.files]);
  });

  document.addEventListener("sent", (event) => { if (event.detail === "reply") files = []; });
  addEventListener("beforeunload", (event) => { if (files.length) event.preventDefault(); });

  // The composer is drawn anew after every move: what was not sent with it stays chosen.
  jiedai.afterSwap.push(begin);

  function begin() {
    const input = field();
    if (!input) { files = []; return; }
    if (input.closest(".attach").classList.contains("scripted")) return;
    input.closest(".attach").classList.add("scripted");
    keep(files);
  }

  begin();
})();
