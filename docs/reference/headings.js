// Lets the search find the headings of the guides. It shares the names of script.js.

/** The headings of the guides as delivered: those that are not in the window may go later. */
const headings = [...reference.querySelectorAll("main :is(h2, h3)[id^='section/']")].map(
  (heading) => ({ address: `#/${heading.id}`, name: heading.textContent.trim() }),
);
for (const heading of headings) {
  const [, , guide] = heading.address.split("/");
  heading.guide = headings.find(({ address }) => address === `#/section/${guide}`)?.name ?? "";
}
const searchDialog = "[data-testid='search-dialog']";
const mostHeadings = 6;

/** Redoc finds what guides say, but not their headings: these come before what it finds. */
function listHeadings() {
  const input = reference.querySelector(`${searchDialog} input`);
  if (input === null) return;
  const list = headingList(input.closest("header"));
  const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
  if (list.dataset.words === words.join(" ")) return;
  list.dataset.words = words.join(" ");
  const has = (text) => (word) => text.toLowerCase().includes(word);
  const found = headings.filter(
    ({ name, guide }) => words.some(has(name)) && words.every(has(`${guide} ${name}`)),
  );
  list.replaceChildren(...found.slice(0, mostHeadings).map(headingLink));
}

function headingList(header) {
  if (header.nextElementSibling.matches(".headings")) return header.nextElementSibling;
  const list = document.createElement("nav");
  list.className = "headings";
  list.setAttribute("aria-label", "Headings of the guides");
  header.after(list);
  return list;
}

function headingLink({ address, name, guide }) {
  const link = document.createElement("a");
  const where = document.createElement("small");
  link.href = address;
  where.textContent = name === guide ? "Guide" : guide;
  link.append(name, " ", where);
  link.addEventListener("click", () => {
    link.closest(searchDialog).querySelector("footer button").click();
  });
  return link;
}

/** The arrows go through the headings before they go through what Redoc has found. */
function walkHeadings(event) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const dialog = event.target.closest?.(searchDialog);
  if (step === undefined || !dialog) return;
  const [input, ...links] = dialog.querySelectorAll("input, .headings a");
  const results = dialog.querySelectorAll("[data-component-name='Search/SearchItem']");
  const places = [input, ...links, results[0]];
  const at = places.indexOf(event.target);
  const next = places[at + step];
  if (at < 0 || next === undefined) return;
  if (next === results[0]) {
    // Where Redoc begins.
    input.focus();
    return;
  }
  next.focus();
  event.preventDefault();
  event.stopPropagation();
}

addEventListener("keydown", walkHeadings, true);
reference.addEventListener("input", listHeadings);
