"use strict";
{
  const data = JSON.parse(document.getElementById("data").textContent);
  // Letters without their accents and case, so that a plain keyboard finds every name.
  const fold = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  const records = data.records.map((each) => ({ ...each, words: fold(each.words) }));
  const rows = [];
  for (const link of document.querySelectorAll(".idx tbody th a")) {
    const known = data.briefings[link.getAttribute("href")];
    if (known) {
      const about = known.records.map((place) => records[place]);
      const words = [fold(known.words), ...about.map((each) => each.words)].join(" ");
      rows.push({ own: known.own, about, words, row: link.closest("tr"), section: link.closest("section") });
    }
  }
  const make = (tag, given, ...children) => {
    const made = Object.assign(document.createElement(tag), given);
    made.append(...children);
    return made;
  };

  const text = make("input", { type: "search", id: "words", autocomplete: "off", spellcheck: false });
  const selects = data.filters.map((filter) => {
    const options = filter.options.map(([value, label]) => make("option", { value }, label));
    const select = make("select", { id: `by-${filter.name}` }, make("option", { value: "" }, "any"), ...options);
    return { filter, select };
  });
  const field = (label, control) =>
    make("p", {}, make("label", { htmlFor: control.id }, label), control);
  const clear = make("button", { type: "reset" }, "Clear");
  const form = make(
    "form", { className: "find" },
    field(data.label, text),
    ...selects.map(({ filter, select }) => field(filter.label, select)),
    make("p", {}, clear),
  );
  form.setAttribute("role", "search");
  const found = make("p", { className: "found" });
  found.setAttribute("role", "status");

  const jump = document.querySelector("nav:has(.jump)");
  const apply = () => {
    const wanted = fold(text.value).split(/\s+/).filter(Boolean);
    const chosen = selects.filter(({ select }) => select.value);
    const active = wanted.length > 0 || chosen.length > 0;
    let count = 0;
    const shown = new Set();
    for (const { own, about, words, row, section } of rows) {
      // What is its own must be the chosen; all else, one and the same of its records must have.
      const mine = chosen.filter(({ filter }) => filter.name in own);
      const rest = chosen.filter(({ filter }) => !(filter.name in own));
      const fits = wanted.every((word) => words.includes(word))
        && mine.every(({ filter, select }) => own[filter.name] === select.value)
        && (!rest.length || about.some((each) =>
          rest.every(({ filter, select }) => each[filter.name].includes(select.value))));
      row.hidden = !fits;
      if (fits) { count += 1; shown.add(section); }
    }
    for (const { section } of rows) section.hidden = !shown.has(section);
    if (jump) jump.hidden = active;
    clear.disabled = !active;
    found.textContent = !active ? "" : count === 0 ? "No briefing fits. Try fewer words, or clear the filters."
      : `${count} of ${rows.length} briefings`;
  };

  // The address says what is searched for, so that it can be kept, sent and gone back to.
  const controls = [text, ...selects.map(({ select }) => select)];
  const restore = () => {
    const asked = new URLSearchParams(location.search);
    for (const control of controls) {
      control.value = asked.get(control.id) ?? "";
      if (control.selectedIndex === -1) control.value = ""; // nothing that can be chosen
    }
    apply();
  };
  const record = (isStep) => {
    const address = new URL(location.href);
    address.hash = "";
    for (const { id, value } of controls) {
      if (value.trim()) address.searchParams.set(id, value);
      else address.searchParams.delete(id);
    }
    if (isStep) history.pushState(null, "", address);
    else history.replaceState(null, "", address);
  };
  // Going back takes away a word, not a letter.
  let typedIn = null;
  form.addEventListener("input", ({ target }) => { apply(); record(target !== typedIn); typedIn = target; });
  form.addEventListener("change", () => { typedIn = null; });
  addEventListener("popstate", () => { typedIn = null; restore(); });

  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(() => { apply(); record(true); typedIn = null; text.focus(); }));
  (jump || document.querySelector("section.fam")).before(form, found);
  restore();
}
