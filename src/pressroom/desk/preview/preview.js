// Shows what the server renders: listens for events, swaps frames when the new one is there, keeps the place.
"use strict";

const root = document.documentElement;
const $ = (id) => document.getElementById(id);
let shown = root.dataset.briefing;
let events = null;
let version = "";

function say(text) {
  $("state").textContent = text;
}

function listen() {
  if (events) events.close();
  events = new EventSource(`/events?briefing=${encodeURIComponent(shown)}`);
  events.addEventListener("rendering", () => say("Rendering …"));
  events.addEventListener("rendered", (event) => take(JSON.parse(event.data)));
  events.onerror = () => say("The preview has stopped; waiting for it to start again …");
}

function take(state) {
  if (state.id !== shown) return;
  fillPicker(state.choices);
  showFaults(state);
  if (state.version && state.version !== version) {
    version = state.version;
    swap("html", "The briefing as a page", `/briefing/${state.id}.html?v=${version}`);
    swap("pdf", "The briefing as a PDF", `/briefing/${state.id}.pdf?v=${version}#navpanes=0&view=FitH`);
    for (const kind of ["html", "pdf"]) $(`open-${kind}`).href = `/briefing/${state.id}.${kind}`;
  }
  const warned = state.warnings.length ? `; ${state.warnings.join("; ")}` : "";
  if (!state.faults.length) say(`Rendered in ${state.seconds.toFixed(2)} s${warned}`);
}

function showFaults(state) {
  const box = $("faults");
  const failed = state.faults.length > 0;
  box.hidden = !failed;
  box.replaceChildren();
  if (!failed) return;
  say("Not rendered");
  const heading = document.createElement("h2");
  const count = state.faults.length > 1 ? `: ${state.faults.length} findings` : "";
  heading.textContent = `This briefing cannot be rendered${count}`;
  const list = document.createElement("ul");
  for (const fault of state.faults) {
    const item = document.createElement("li");
    if (fault.place) {
      const place = document.createElement("b");
      place.textContent = `${fault.place}:`;
      item.append(place, " ");
    }
    item.append(fault.reason);
    list.append(item);
  }
  const note = document.createElement("p");
  note.textContent = state.version
    ? "Below is the last good rendering. Save a correction, and this goes away."
    : "Save a correction, and this goes away.";
  box.append(heading, note, list);
}

function fillPicker(choices) {
  const text = JSON.stringify(choices);
  const picker = $("picker");
  if (!choices.length || picker.dataset.choices === text) return;
  picker.dataset.choices = text;
  picker.replaceChildren(
    ...choices.map(([title, briefings]) => {
      const group = document.createElement("optgroup");
      group.label = title;
      group.append(...briefings.map(([id, name]) => new Option(name, id, false, id === shown)));
      return group;
    }),
  );
  const known = choices.some(([, briefings]) => briefings.some(([id]) => id === shown));
  if (!known) picker.prepend(new Option(shown, shown)); // its notebook is broken, say: it is still what is shown
  picker.value = shown;
}

// The new frame loads unseen behind the old one, and takes over its place on the page.
function swap(kind, title, url) {
  const pane = $(`pane-${kind}`);
  for (const waiting of pane.querySelectorAll("iframe.next")) waiting.remove();
  const before = pane.querySelector("iframe");
  const frame = document.createElement("iframe");
  frame.title = title;
  frame.className = "next";
  frame.addEventListener("load", () => {
    if (kind === "html" && before && before.dataset.briefing === shown) {
      frame.contentWindow.scrollTo({ top: before.contentWindow.scrollY, behavior: "instant" });
    }
    frame.className = "";
    if (before) before.remove();
  });
  frame.dataset.briefing = shown;
  if (kind === "pdf" && navigator.pdfViewerEnabled === false) {
    pane.replaceChildren(pane.firstElementChild, linkTo(url));
    return;
  }
  frame.src = url;
  pane.append(frame);
}

// A browser that shows no PDF would save each rendering to disk.
function linkTo(url) {
  const link = document.createElement("a");
  link.className = "instead";
  link.href = url;
  link.textContent = "This browser shows no PDF; open or save it";
  return link;
}

$("picker").addEventListener("change", (event) => {
  shown = event.target.value;
  version = "";
  say("Rendering …");
  history.pushState(null, "", `/?briefing=${encodeURIComponent(shown)}`);
  listen();
});

addEventListener("popstate", () => location.reload());
listen();
