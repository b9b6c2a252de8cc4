"use strict";
// What leads somewhere in what people write: the customers' page finds what `bot/web/linked_text.py` finds for the console.
window.jiedai = window.jiedai || {};

(function () {
  const AREA = "0(?:10|2[0-9]|[3-9][0-9]{2})";
  // Without looking behind, which older browsers cannot: what stands before is looked at below.
  const FOUND = new RegExp(
    "(https?:\\/\\/[A-Za-z0-9._~:/?#\\[\\]@!$&'()*+,;=%-]+)" +
    "|([A-Za-z0-9][A-Za-z0-9._+-]{0,63}@[A-Za-z0-9-]+(?:\\.[A-Za-z0-9-]+)*\\.[A-Za-z]{2,24})" +
    "|((?:\\+?86[ -]?)?1[3-9][0-9][ -]?[0-9]{4}[ -]?[0-9]{4}" +
    "|[48]00[ -]?(?:[0-9]{3}[ -]?[0-9]{4}|[0-9]{4}[ -]?[0-9]{3})" +
    `|(?:\\(${AREA}\\)|（${AREA}）|${AREA})[ -]?[2-9][0-9]{2,3}[ -]?[0-9]{4}(?:(?:转|轉|-)[0-9]{1,6})?)`,
    "gi",
  );
  const AUTHORITY = /^https?:\/\/[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*(?::[0-9]{1,5})?(?=[/?#]|$)/i;
  const NOT_BEFORE = { url: /[A-Za-z0-9*]$/, mail: /[A-Za-z0-9._+*@-]$/, tel: /(?:[0-9A-Za-z_.+*@/=&#%]|[0-9][ -])$/ };
  const NOT_AFTER = { url: /^(?!)/, mail: /^[A-Za-z0-9_@*]/, tel: /^(?:[0-9A-Za-z_*@%]|[.-][0-9])/ };

  const count = (text, sign) => text.split(sign).length - 1;

  // The address without the sentence's own signs behind it; empty if it is none that may be followed.
  function trimmed(found, next) {
    if (found.includes("**") || next === "*") return "";
    let address = found;
    for (;;) {
      const last = address.slice(-1), pair = { ")": "(", "]": "[" }[last];
      const unpaired = pair && count(address, last) > count(address, pair);
      if (!address || !(".,;:!?'*".includes(last) || unpaired)) break;
      address = address.slice(0, -1);
    }
    return AUTHORITY.test(address) ? address : "";
  }

  function addressOf(kind, shown) {
    if (kind === "url") return shown;
    if (kind === "mail") return "mailto:" + shown;
    const called = "0(（".includes(shown[0]) ? /^(.*?[0-9]{4})(?:转|轉|-)([0-9]{1,6})$/.exec(shown) : null;
    const digits = (called ? called[1] : shown).replace(/[^0-9]/g, "");
    const country = shown[0] === "+" || (digits.startsWith("86") && digits.length === 13) ? "+" : "";
    return `tel:${country}${digits}` + (called ? "," + called[2] : "");
  }

  function linksIn(text) {
    const links = [];
    let ended = -1;
    for (const found of text.matchAll(FOUND)) {
      const kind = found[1] !== undefined ? "url" : found[2] !== undefined ? "mail" : "tel";
      const begin = found.index, after = text.slice(begin + found[0].length);
      const shown = kind === "url" ? trimmed(found[0], after[0]) : found[0];
      const follows = kind === "tel" && begin === ended + 1 && " -".includes(text[ended]);
      const before = NOT_BEFORE[kind].test(text.slice(Math.max(0, begin - 2), begin));
      if (!shown || NOT_AFTER[kind].test(after.slice(0, 2)) || (before && !follows)) continue;
      ended = begin + shown.length;
      links.push({ begin, end: ended, shown, href: addressOf(kind, shown) });
    }
    return links;
  }

  // The text as nodes, links among them: whatever anybody wrote becomes text, never markup.
  jiedai.linked = function (text) {
    const nodes = [];
    let done = 0;
    for (const { begin, end, shown, href } of linksIn(text)) {
      if (begin > done) nodes.push(document.createTextNode(text.slice(done, begin)));
      const anchor = document.createElement("a");
      anchor.href = href;
      anchor.target = "_blank";
      anchor.rel = "noopener noreferrer nofollow";
      anchor.textContent = shown;
      nodes.push(anchor);
      done = end;
    }
    if (done < text.length || !nodes.length) nodes.push(document.createTextNode(text.slice(done)));
    return nodes;
  };
})();
