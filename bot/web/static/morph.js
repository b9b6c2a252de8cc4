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
      if (node.data !== fresh.data) node.data = fresh.data;
      return;
    }
    if ("own" in node.dataset || node.isEqualNode(fresh)) return;
    const isTyped = node.nodeName === "TEXTAREA" && node.value !== node.defaultValue;
    attributes(node, fresh);
    if (!isTyped) children(node, [...fresh.childNodes], node.firstChild, null);
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

  // Where browsers can, without losing the focus that is inside.
  function move(parent, node, before) {
    if (parent.moveBefore) { parent.moveBefore(node, before); return; }
    const focused = node.contains(document.activeElement) ? document.activeElement : null;
    parent.insertBefore(node, before);
    if (focused) focused.focus({ preventScroll: true });
  }

  jiedai.morph = morph;
  jiedai.morphChildren = children;
  jiedai.move = move;
})();
