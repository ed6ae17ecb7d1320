/** How the sign-in pages look: one sheet, light and dark, from a telephone's width on. Texts have a contrast of 4.5 or more. */

/** Behind initials, which are white: in light and in dark. */
export const TINTS = [
  '#14684a',
  '#1f5fa8',
  '#7a3e9d',
  '#a13a5b',
  '#855600',
  '#0f6b78',
  '#a83a14',
  '#4b5d16',
  '#5b4bb5',
  '#6b4a3a',
] as const;

const TINT_RULES = TINTS.map((colour, index) => `.tint${index} { background: ${colour}; }`).join(' ');

export const STYLE = `
:root {
  color-scheme: light dark;
  --page: #f3f6f4; --card: #ffffff; --line: #d5ddd8; --text: #16211b; --soft: #52615a;
  --accent: #14684a; --accent-text: #ffffff; --hover: #eef5f1; --badge: #e3ece7; --warn: #8a1c1c; --warn-back: #fdecec;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #0e1512; --card: #17211c; --line: #33433b; --text: #e8efeb; --soft: #a5b5ac;
    --accent: #7fd6ae; --accent-text: #0e1512; --hover: #1f2c26; --badge: #26352e; --warn: #ffb4ab; --warn-back: #3a1a18;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0; min-height: 100vh; padding: 1rem; background: var(--page); color: var(--text);
  display: flex; flex-direction: column; align-items: center; justify-content: center; gap: 1rem;
  font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Liberation Sans", sans-serif;
}
main {
  width: 100%; max-width: 29rem; padding: 2rem; background: var(--card);
  border: 1px solid var(--line); border-radius: 1rem; box-shadow: 0 1.5rem 3rem -1.5rem rgb(0 0 0 / 0.25);
}
.brand { display: flex; align-items: center; gap: 0.6rem; margin: 0 0 1.5rem; font-weight: 600; }
.brand svg { width: 1.75rem; height: 1.75rem; flex: none; }
.brand .leaf { fill: var(--accent); } .brand .vein { stroke: var(--card); }
h1 { margin: 0 0 0.35rem; font-size: 1.5rem; line-height: 1.25; }
h2 { margin: 1.5rem 0 0.5rem; font-size: 0.9rem; color: var(--soft); }
p { margin: 0 0 1rem; overflow-wrap: anywhere; }
.soft { color: var(--soft); font-size: 0.9rem; }
.more { margin-top: 1rem; }
.wanted { margin: 0 0 1.25rem; font-size: 0.9rem; }
.wanted summary { cursor: pointer; color: var(--soft); }
.wanted ul { margin: 0.5rem 0 0; padding-left: 1.25rem; }
.accounts { list-style: none; margin: 0; padding: 0; display: grid; gap: 0.5rem; }
.accounts + .accounts { margin-top: 0.5rem; }
.account {
  display: flex; align-items: center; gap: 0.9rem; width: 100%; padding: 0.7rem 0.9rem; text-align: left;
  font: inherit; color: inherit; background: var(--card); border: 1px solid var(--line); border-radius: 0.75rem; cursor: pointer;
}
.account:hover { background: var(--hover); border-color: var(--accent); }
.initials {
  flex: none; display: grid; place-items: center; width: 2.5rem; height: 2.5rem; border-radius: 50%;
  color: #ffffff; font-weight: 600; font-size: 0.9rem;
}
${TINT_RULES}
.who { min-width: 0; flex: 1; display: grid; gap: 0.1rem; }
.name { font-weight: 600; }
.mail { color: var(--soft); font-size: 0.875rem; overflow-wrap: anywhere; }
.badges { display: flex; flex-wrap: wrap; gap: 0.35rem; margin-top: 0.25rem; }
.badge { padding: 0 0.5rem; border-radius: 1rem; background: var(--badge); font-size: 0.75rem; line-height: 1.6; }
label { display: block; margin: 0 0 0.35rem; font-weight: 600; font-size: 0.9rem; }
.search { display: flex; gap: 0.5rem; }
.search input { min-width: 0; }
input[type="text"], input[type="search"] {
  width: 100%; padding: 0.7rem 0.8rem; font: inherit; color: inherit; background: var(--card);
  border: 1px solid var(--soft); border-radius: 0.5rem;
}
.code { font-family: ui-monospace, "Liberation Mono", monospace; letter-spacing: 0.15em; text-transform: uppercase; }
.field { margin: 0 0 1rem; }
.actions { display: flex; flex-wrap: wrap; gap: 0.75rem; margin-top: 1.25rem; }
.action {
  padding: 0.6rem 1.25rem; font: inherit; font-weight: 600; border-radius: 0.5rem; cursor: pointer;
  border: 1px solid var(--accent); background: var(--accent); color: var(--accent-text);
}
.quiet { background: transparent; color: var(--text); border-color: var(--soft); font-weight: 400; }
.action:hover { filter: brightness(1.08); }
.alert { margin: 0.75rem 0 1rem; padding: 0.75rem 1rem; border-radius: 0.5rem; background: var(--warn-back); color: var(--warn); overflow-wrap: anywhere; }
.facts { display: grid; grid-template-columns: max-content 1fr; gap: 0.25rem 1rem; margin: 1rem 0 0; font-size: 0.85rem; }
.facts dt { color: var(--soft); } .facts dd { margin: 0; overflow-wrap: anywhere; }
a { color: var(--accent); }
.next { margin: 1.25rem 0 0; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
footer { max-width: 29rem; padding: 0 1rem; text-align: center; color: var(--soft); font-size: 0.8rem; }
@media (max-width: 30rem) {
  body { padding: 0; justify-content: flex-start; background: var(--card); }
  main { padding: 1.25rem; border: 0; border-radius: 0; box-shadow: none; }
  footer { padding-bottom: 1.5rem; }
}
`;
