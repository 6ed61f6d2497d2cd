// Mends what Redoc leaves open on the reference site, which puts this file into its page.

const reference = document.body;

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

/** For Redoc, all guides are one text: what is found in them would lead to the top of the page. */
function followHit({ target }) {
  const hit = target.closest?.("[data-testid='search-dialog'] a[href='#/']");
  const found = hit?.querySelector("span span");
  if (!found) return;
  let text = "";
  for (let node = found; node !== null; node = node.nextSibling) text += node.textContent;
  // Redoc goes to the top first.
  setTimeout(() => placeOf(text)?.scrollIntoView({ block: "center" }), 200);
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
  }, 100);
}).observe(reference, { childList: true, subtree: true });
