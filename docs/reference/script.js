// Mends what Redoc leaves open on the reference site, which puts this file into its page.

const reference = document.body;
const siteName = document.title;

/** Redoc gives its own samples a button that copies them; the guides' samples get theirs here. */
function addCopyButton(pre) {
  const holder = pre.parentElement;
  // What React has not taken over yet must stay as it was delivered.
  const isTaken = Object.keys(pre).some((key) => key.startsWith("__react"));
  if (!isTaken || holder.querySelector("button.copy") !== null) return;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "copy";
  button.textContent = "Copy";
  button.addEventListener("click", () => {
    void copy(pre).then((said) => {
      button.textContent = said;
      setTimeout(() => (button.textContent = "Copy"), 2000);
    });
  });
  holder.classList.add("copyable");
  holder.append(button);
}

/** Copies; where the browser does not let a page do that, as over plain HTTP, selects instead. */
async function copy(pre) {
  try {
    await navigator.clipboard.writeText(pre.textContent);
    return "Copied";
  } catch {
    getSelection().selectAllChildren(pre);
    return "Selected";
  }
}

const keywords =
  "as async await catch const else export for from function if import instanceof interface let " +
  "new of return throw try type using";
const script = new RegExp(
  String.raw`(?<comment>//.*)|(?<text>"[^"\n]*"|'[^'\n]*'|\x60[^\x60]*\x60)|` +
    String.raw`(?<keyword>\b(?:${keywords.replaceAll(" ", "|")})\b)`,
  "g",
);
const shell =
  /(?<comment>(?<=^|\s)#.*)|(?<text>"[^"]*"|'[^']*')|(?<keyword>(?<=^|[|;&]\s*)[\w./-]+(?=\s|$))/gm;
const coloured = new WeakSet();

/** Gives the code of a guide colours without touching it, where the browser can. */
function colourCode(pre) {
  const { firstChild: text, childNodes } = pre.querySelector("code") ?? pre;
  if (!/^(?:sh|ts|js)$/.test(pre.dataset.language)) return;
  if (!("highlights" in CSS) || childNodes.length !== 1 || coloured.has(text)) return;
  if (text.nodeType !== Node.TEXT_NODE) return;
  coloured.add(text);
  for (const match of text.data.matchAll(pre.dataset.language === "sh" ? shell : script)) {
    const kind = Object.keys(match.groups).find((name) => match.groups[name] !== undefined);
    const range = new Range();
    range.setStart(text, match.index);
    range.setEnd(text, match.index + match[0].length);
    if (!CSS.highlights.has(kind)) CSS.highlights.set(kind, new Highlight());
    CSS.highlights.get(kind).add(range);
  }
}

/** React writes the names of attributes in lower case, and SVG knows no "viewbox". */
function mendDrawings() {
  for (const svg of reference.querySelectorAll("figure svg[viewbox]")) {
    if (!svg.hasAttribute("viewBox")) svg.setAttribute("viewBox", svg.getAttribute("viewbox"));
  }
}

/** Delivered without "#", such a link would lead to a page that does not exist. */
function mendLinks() {
  for (const link of reference.querySelectorAll("a[data-discover][href^='/']")) {
    link.setAttribute("href", `#${link.getAttribute("href")}`);
  }
}

/** It looks like a field, but Redoc made it for the mouse alone. */
function mendSearch() {
  const trigger = reference.querySelector("[data-testid='search-trigger']");
  if (trigger === null || trigger.hasAttribute("tabindex")) return;
  trigger.tabIndex = 0;
  trigger.setAttribute("role", "button");
  trigger.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    trigger.click();
  });
}

// For Redoc, all guides are one text: what is found in them would be found in the site, and lead to
// the top of the page.
const hitInGuides = "[data-testid='search-dialog'] a[href='#/']";

/** What was found, and what follows it. */
function foundIn(hit) {
  let text = "";
  for (let node = hit.querySelector("span span"); node !== null; node = node.nextSibling) {
    text += node.textContent;
  }
  return text;
}

function followHit({ target }) {
  const hit = target.closest?.(hitInGuides);
  const found = hit ? foundIn(hit) : "";
  // Redoc goes to the top first.
  if (found !== "") setTimeout(() => goTo(placeOf(found)), 200);
}

/** Shows an element of a guide, with an address that leads there again. */
function goTo(place) {
  if (place === undefined) return;
  place.scrollIntoView({ block: "center" });
  const { sectionId } = place.closest("[data-section-id^='/section/']")?.dataset ?? {};
  if (sectionId !== undefined) history.replaceState(history.state, "", `#${sectionId}`);
}

/** Names the guide in which something was found. */
function nameHits() {
  for (const hit of reference.querySelectorAll(hitInGuides)) {
    const name = [...hit.querySelectorAll("div")].find(({ children }) => children.length === 0);
    const letters = lettersOf(foundIn(hit));
    const guide = guides().find((each) => letters !== "" && each.letters.includes(letters));
    if (name?.firstChild) name.firstChild.data = guide?.title ?? siteName;
  }
}

let knownGuides;

/** The guides as they were written: those that are not in the window may not be in the page. */
function guides() {
  knownGuides ??= writtenGuides()
    // A comment in a sample begins like a title.
    .replaceAll(/^```.*?^```/gms, (sample) => sample.replaceAll(/^# /gm, ""))
    .split(/^# /m)
    .slice(1)
    .map((text) => ({ title: text.split("\n", 1)[0], letters: lettersOf(text) }));
  return knownGuides;
}

/** Redoc keeps what it shows in a script. */
function writtenGuides() {
  for (const { textContent } of document.querySelectorAll("script[type=module]")) {
    const [, definition] = /^ *const __redoc_definition = (\{.*\});?$/m.exec(textContent) ?? [];
    if (definition !== undefined) return JSON.parse(definition).info.description;
  }
  return "";
}

/** What is left of a text when neither marks nor layout count. */
function lettersOf(text) {
  return text
    .replaceAll(/^```\w*$|\]\([^)]*\)|<\/?[a-z][^<>\n]*>/gm, "")
    .replaceAll(/[^\p{L}\p{N}]/gu, "");
}

/** The element of the page in which a text begins that may go on in others. */
function placeOf(text) {
  const squeezed = (part) => part.replace(/\s|\.{3}$/g, "");
  const nodes = document.createTreeWalker(reference.querySelector("main"), NodeFilter.SHOW_TEXT);
  const places = [];
  let whole = "";
  while (nodes.nextNode()) {
    places.push({ start: whole.length, element: nodes.currentNode.parentElement });
    whole += squeezed(nodes.currentNode.data);
  }
  const at = whole.indexOf(squeezed(text));
  return at < 0 ? undefined : places.findLast(({ start }) => start <= at)?.element;
}

reference.addEventListener("click", followHit, true);

/** A tab, a bookmark and an entry in the history say what they show. */
function nameTab() {
  const address = decodeURIComponent(location.hash).replace(/^#\/?/, "/").toLowerCase();
  const part = [...reference.querySelectorAll("main [data-section-id]")].find(
    ({ dataset }) => dataset.sectionId.toLowerCase() === address,
  );
  const heading = address === "/" ? null : part?.querySelector("h1, h2, h3");
  const name = heading ? `${heading.textContent.trim()} – ${siteName}` : siteName;
  if (document.title !== name) document.title = name;
}

// Redoc changes the address without an event that all browsers know.
globalThis.navigation?.addEventListener("currententrychange", nameTab);
addEventListener("hashchange", nameTab);

/** On a phone, where each row of a table is a block, its cells say of which column they are. */
function labelCells() {
  for (const table of reference.querySelectorAll(".md-table-wrapper table")) {
    const names = [...table.querySelectorAll("th")].map((cell) => cell.textContent);
    for (const row of table.querySelectorAll("tbody tr")) {
      for (const [index, cell] of [...row.cells].entries()) {
        if (cell.dataset.label === undefined) cell.dataset.label = names[index] ?? "";
      }
    }
  }
}

/** What scrolls can be scrolled from the keyboard. */
function reachScrolling() {
  for (const box of reference.querySelectorAll("main pre[data-language], main figure")) {
    const scrolls = box.scrollWidth > box.clientWidth || box.scrollHeight > box.clientHeight;
    if (scrolls) box.tabIndex = 0;
    else box.removeAttribute("tabindex");
  }
}

function mendGuides() {
  for (const pre of reference.querySelectorAll("pre[data-language]")) {
    // What a program prints is not for copying.
    if (pre.dataset.language === "text") continue;
    addCopyButton(pre);
    colourCode(pre);
  }
}

let isDue = false;
new MutationObserver(() => {
  mendDrawings();
  mendLinks();
  if (isDue) return;
  isDue = true;
  setTimeout(() => {
    isDue = false;
    mendGuides();
    mendSearch();
    labelCells();
    reachScrolling();
    listHeadings();
    nameHits();
    nameTab();
  }, 100);
}).observe(reference, { childList: true, subtree: true });
