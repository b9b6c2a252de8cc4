"use strict";
// While the ticket's page is in sight and somebody works in it, the server hears so: the time of handling is counted from that.
(function () {
  const EVERY = 20_000, IDLE = 60_000; // ms between heartbeats; without a key, a pointer or a scroll nobody is there any more
  const ticket = document.getElementById("composer").dataset.ticket;
  let acted = performance.now(); // it was opened just now

  const isActive = () => document.visibilityState === "visible" && performance.now() - acted < IDLE;

  // `read`: what has come is in sight of somebody who is here.
  function beat(leaving = false) {
    const body = new URLSearchParams({ csrf: document.querySelector("[name=csrf]").value, read: leaving ? "" : "1" });
    const headers = { "X-Part": "1" };
    fetch(`/console/tickets/${ticket}/active`, { method: "POST", body, keepalive: leaving, headers }).catch(() => {}); // the next one will do
  }

  function act() {
    const wasIdle = !isActive();
    acted = performance.now();
    if (wasIdle && isActive()) beat();
  }

  for (const kind of ["keydown", "pointerdown", "pointermove", "wheel"]) addEventListener(kind, act, { passive: true });
  addEventListener("scroll", act, { passive: true, capture: true }); // of the talk as well
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") act();
    else if (performance.now() - acted < IDLE) beat(true); // up to here
  });
  jiedai.onNews.push(({ version }) => { if (version.mine.newest_ticket === Number(ticket) && isActive()) beat(); });
  setInterval(() => { if (isActive()) beat(); }, EVERY);
  if (isActive()) beat();
})();
