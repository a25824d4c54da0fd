// Keys, live pages and what went wrong in the background. Every page works without.
(() => {
  "use strict";
  const PAUSE_MS = 10000;
  const rows = () => [...document.querySelectorAll("main tr[data-row] a.open")];
  const isTyping = (at) => at.closest("input, textarea, select, [contenteditable]") !== null;
  const say = (text) => { document.getElementById("notice").textContent = text; };

  const move = (step) => {
    const links = rows();
    const here = links.findIndex((link) => link.closest("tr").contains(document.activeElement));
    const next = here < 0 ? (step > 0 ? 0 : links.length - 1) : here + step;
    const link = links[Math.min(Math.max(next, 0), links.length - 1)];
    if (link) {
      link.focus();
      link.closest("tr").scrollIntoView({ block: "nearest" });
    }
  };
  const help = () => {
    const dialog = document.getElementById("help");
    if (dialog && !dialog.open) dialog.showModal();
  };
  const find = () => {
    const box = document.getElementById("q");
    if (box) { box.focus(); box.select(); }
  };
  const keys = { "/": find, "?": help, j: () => move(1), k: () => move(-1) };

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      document.querySelectorAll("details[open].user, details[open].act").forEach((it) => { it.open = false; });
      if (event.target.id === "q") event.target.blur();
      return;
    }
    const act = keys[event.key];
    if (!act || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    if (document.querySelector("dialog[open]")) return;
    event.preventDefault();
    act();
  });
  document.addEventListener("click", (event) => {
    const row = event.target.closest("main tr[data-row]");
    if (row && !event.target.closest("a, button, summary, input") && !String(window.getSelection())) {
      row.querySelector("a.open").click();
    }
  });

  const chosen = document.querySelector(".sections [aria-current]");
  if (chosen) chosen.scrollIntoView({ block: "nearest", inline: "center" });

  // A page that somebody works in is left alone.
  const isBusy = () =>
    document.hidden || document.querySelector("dialog[open], details[open].act, main :focus") !== null;
  setInterval(() => {
    if (!isBusy() && window.htmx) window.htmx.trigger(document.body, "refresh");
  }, PAUSE_MS);
  document.addEventListener("htmx:responseError", (event) => {
    say(`The page could not be brought up to date (${event.detail.xhr.status}). Load it again.`);
  });
  document.addEventListener("htmx:sendError", () => say("The service cannot be reached. What you see may be old."));
  document.addEventListener("htmx:afterOnLoad", () => say(""));
})();
