"use strict";

const at = (name) => document.getElementById(`page:${name}`);

// Light, dark, or as the system has it.
{
  const button = at("theme"), root = document.documentElement, themes = ["", "light", "dark"];
  const names = { "": "Auto", light: "Light", dark: "Dark" };
  let theme = "";
  try { theme = localStorage.getItem("theme") ?? ""; } catch { /* a page from disk may not be allowed to remember */ }
  const show = () => {
    if (theme) root.dataset.theme = theme; else delete root.dataset.theme;
    button.textContent = names[theme];
    button.setAttribute("aria-label", `${names[theme]}: colours of the page`);
  };
  button.addEventListener("click", () => {
    theme = themes[(themes.indexOf(theme) + 1) % themes.length];
    try { localStorage.setItem("theme", theme); } catch { /* then it is forgotten */ }
    show();
  });
  if (!themes.includes(theme)) theme = "";
  show();
  button.hidden = false;
}

// Which claims are shown, and in which order.
{
  const form = at("filter"), shown = at("shown"), search = at("search"), sort = at("sort");
  const choices = ["paper", "verdict", "kind"].map((name) => [name, at(name)]);
  const papers = [...document.querySelectorAll("section.paper")];
  const claims = [...document.querySelectorAll("article.claim")];
  const graphs = [...document.querySelectorAll(".drawing")];
  const words = new Map(claims.map((claim) => [claim, null]));
  const text = (claim) => {
    if (words.get(claim) === null) words.set(claim, `${claim.dataset.words} ${claim.textContent}`.toLowerCase());
    return words.get(claim);
  };
  const orders = {
    "": () => 0,
    verdict: (a, b) => a.dataset.order - b.dataset.order,
    seconds: (a, b) => b.dataset.seconds - a.dataset.seconds,
    margin: (a, b) => (a.dataset.margin ?? Infinity) - (b.dataset.margin ?? Infinity) || 0,
  };
  const filter = () => {
    const terms = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    let count = 0;
    for (const claim of claims) {
      const chosen = choices.every(([name, field]) => !field.value || claim.dataset[name] === field.value);
      claim.hidden = !(chosen && terms.every((term) => text(claim).includes(term)));
      count += !claim.hidden;
    }
    for (const paper of papers) paper.hidden = !paper.querySelector("article.claim:not([hidden])");
    for (const graph of graphs) graph.hidden = Boolean(graph.parentElement.querySelector("article.claim[hidden]"));
    shown.textContent = count === claims.length ? `${count} claims` : `${count} of ${claims.length} claims`;
  };
  const arrange = () => {
    for (const paper of papers) paper.append(...claims.filter((claim) => paper.contains(claim)).sort(orders[sort.value]));
  };
  const reveal = () => {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!target?.closest("[hidden]")) return;
    form.reset();
    filter();
    arrange();
    target.scrollIntoView();
  };
  form.addEventListener("submit", (event) => event.preventDefault());
  for (const field of [search, ...choices.map(([, field]) => field)]) field.addEventListener("input", filter);
  sort.addEventListener("input", arrange);
  addEventListener("hashchange", reveal);
  form.hidden = false;
  filter();
}

// Commands to copy.
for (const code of document.querySelectorAll("pre > code.copy")) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "copier";
  button.textContent = "Copy";
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(code.textContent);
      button.textContent = "Copied";
    } catch {
      getSelection().selectAllChildren(code);
      button.textContent = "Selected";
    }
    setTimeout(() => { button.textContent = "Copy"; }, 2000);
  });
  code.after(button);
}

// What is wider than its place can be scrolled by the keyboard.
{
  const reach = (part) => {
    const boxes = [...part.querySelectorAll(".witness, .statement, .instance, .found, pre")];
    const wide = boxes.map((box) => box.scrollWidth > box.clientWidth);
    boxes.forEach((box, k) => { if (wide[k]) box.tabIndex = 0; else box.removeAttribute("tabindex"); });
  };
  addEventListener("resize", () => reach(document));
  document.addEventListener("toggle", (event) => reach(event.target), true);
  document.addEventListener("contentvisibilityautostatechange", (event) => { if (!event.skipped) reach(event.target); }, true);
  for (const list of document.querySelectorAll(".errata")) reach(list);  // claims are laid out, and looked at, only where they come into view
}

// All that is folded is printed.
{
  let opened = [];
  addEventListener("beforeprint", () => {
    opened = [...document.querySelectorAll("details:not([open])")];
    for (const details of opened) details.open = true;
  });
  addEventListener("afterprint", () => { for (const details of opened) details.open = false; });
}
