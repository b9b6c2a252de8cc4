"use strict";
// Makes an element like a fresh copy of it and touches nothing that is the same: whatever is focused, selected, open,
// half typed or half clicked stays. Children are known again by id, or by `data-key`; `data-own` is left alone.
window.jiedai = { beforeSwap: [], afterSwap: [], onNews: [] };
(function () {
  const KEPT = { DETAILS: ["open"], DIALOG: ["open"] }; // attributes that the person sets

  const keyOf = (node) => (node.nodeType === 1 ? node.id || node.dataset.key || "" : "");
  const isAlike = (one, other) => one.nodeType === other.nodeType && one.nodeName === other.nodeName && keyOf(one) === keyOf(other);

  function attributes(node, fresh) {
    const kept = KEPT[node.nodeName] || [];
    for (const { name, value } of fresh.attributes) if (!kept.includes(name) && node.getAttribute(name) !== value) node.setAttribute(name, value);
    for (const { name } of [...node.attributes]) if (!kept.includes(name) && !fresh.hasAttribute(name)) node.removeAttribute(name);
  }

  function morph(node, fresh) {
    if (node.nodeType !== 1) {
      if (node.data !== fresh.data) retype(node, fresh.data);
      return;
    }
    if ("own" in node.dataset || node.isEqualNode(fresh)) return;
    const isTyped = node.nodeName === "TEXTAREA" && node.value !== node.defaultValue;
    attributes(node, fresh);
    if (!isTyped) children(node, [...fresh.childNodes], node.firstChild, null);
  }

  // Only what differs: characters before and after it that are selected stay so.
  function retype(node, text) {
    const old = node.data, most = Math.min(old.length, text.length);
    let start = 0, end = 0;
    while (start < most && old[start] === text[start]) start += 1;
    while (end < most - start && old[old.length - 1 - end] === text[text.length - 1 - end]) end += 1;
    node.replaceData(start, old.length - start - end, text.slice(start, text.length - end));
  }

  // The children of `node` from `at` until `end` become like these.
  function children(node, fresh, at, end) {
    const wanted = new Set(fresh.map(keyOf).filter(Boolean)), keyed = new Map();
    for (let each = at; each && each !== end; each = each.nextSibling) if (keyOf(each)) keyed.set(keyOf(each), each);
    for (const other of fresh) {
      while (at && at !== end && keyOf(at) && !wanted.has(keyOf(at))) at = drop(at);
      const found = keyOf(other) ? keyed.get(keyOf(other)) : at !== end && at && isAlike(at, other) ? at : null;
      if (!found || !isAlike(found, other)) { node.insertBefore(document.importNode(other, true), at); continue; }
      if (found === at) at = at.nextSibling; else move(node, found, at);
      morph(found, other);
    }
    while (at && at !== end) at = drop(at);
  }

  function drop(node) {
    const next = node.nextSibling;
    node.remove();
    return next;
  }

  // Without losing the focus that is inside, nor what is selected there.
  function move(parent, node, before) {
    const { anchorNode, anchorOffset, focusNode, focusOffset } = getSelection();
    const isSelected = node.contains(anchorNode) && node.contains(focusNode);
    if (parent.moveBefore) parent.moveBefore(node, before);
    else {
      const focused = node.contains(document.activeElement) ? document.activeElement : null;
      parent.insertBefore(node, before);
      if (focused) focused.focus({ preventScroll: true });
    }
    if (isSelected) getSelection().setBaseAndExtent(anchorNode, anchorOffset, focusNode, focusOffset);
  }

  jiedai.morph = morph;
  jiedai.morphChildren = children;
  jiedai.move = move;
})();
