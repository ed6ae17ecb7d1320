/** How the sign-in pages look: as the console does, whose colours these are, in light and dark. Texts have a contrast of 4.5 or more. */

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
  --page: #fafafa; --card: #ffffff; --line: #e0e0e0; --field: #d1d1d1; --edge: #616161; --text: #242424; --soft: #616161;
  --accent: #17734f; --accent-hover: #14684a; --accent-text: #ffffff; --link: #14684a; --leaf: #1d8a63; --vein: #d9f2e6;
  --hover: #f5f5f5; --badge: #ebebeb; --warn: #b10e1c; --warn-back: #fdf3f4; --warn-line: #eeacb2; --focus: #000000;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #1f1f1f; --card: #292929; --line: #525252; --field: #666666; --edge: #adadad; --text: #ffffff; --soft: #d6d6d6;
    --accent: #14684a; --accent-hover: #17734f; --link: #72b99c;
    --hover: #3d3d3d; --badge: #3d3d3d; --warn: #eeacb2; --warn-back: #3b0509; --warn-line: #751d1f; --focus: #ffffff;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0; min-height: 100vh; padding: 1rem; background: var(--page); color: var(--text);
  display: flex; flex-direction: column; align-items: center; justify-content: center; gap: 1rem;
  font: 0.875rem/1.45 "Segoe UI", "Segoe UI Web (West European)", -apple-system, BlinkMacSystemFont, Roboto, "Helvetica Neue", sans-serif;
}
main {
  width: 100%; max-width: 27.5rem; padding: 1.5rem; background: var(--card);
  border: 1px solid var(--line); border-radius: 6px; box-shadow: 0 0 2px rgb(0 0 0 / 0.12), 0 8px 16px rgb(0 0 0 / 0.14);
}
.brand { display: flex; align-items: center; gap: 0.5rem; margin: 0 0 1.25rem; font-weight: 600; font-size: 1rem; }
.brand svg { width: 1.75rem; height: 1.75rem; flex: none; }
.brand .leaf { fill: var(--leaf); } .brand .vein { stroke: var(--vein); }
h1 { margin: 0 0 0.25rem; font-size: 1.75rem; line-height: 1.3; font-weight: 600; }
h2 { margin: 1.5rem 0 0.5rem; font-size: 0.875rem; color: var(--soft); }
p { margin: 0 0 1rem; overflow-wrap: anywhere; }
.soft { color: var(--soft); font-size: 0.9rem; }
.more { margin-top: 1rem; }
.wanted { margin: 0 0 1.25rem; font-size: 0.9rem; }
.wanted summary { cursor: pointer; color: var(--soft); }
.wanted ul { margin: 0.5rem 0 0; padding-left: 1.25rem; }
.accounts { list-style: none; margin: 0; padding: 0; display: grid; gap: 0.5rem; }
.accounts + .accounts { margin-top: 0.5rem; }
.account {
  display: flex; align-items: center; gap: 0.9rem; width: 100%; padding: 0.6rem 0.75rem; text-align: left;
  font: inherit; color: inherit; background: var(--card); border: 1px solid var(--line); border-radius: 4px; cursor: pointer;
}
.account:hover { background: var(--hover); border-color: var(--edge); }
.initials {
  flex: none; display: grid; place-items: center; width: 2.5rem; height: 2.5rem; border-radius: 50%;
  color: #ffffff; font-weight: 600; font-size: 0.9rem;
}
${TINT_RULES}
.who { min-width: 0; flex: 1; display: grid; gap: 0.1rem; }
.name { font-weight: 600; }
.mail { color: var(--soft); font-size: 0.875rem; overflow-wrap: anywhere; }
.badges { display: flex; flex-wrap: wrap; gap: 0.35rem; margin-top: 0.25rem; }
.badge { padding: 0 0.5rem; border-radius: 4px; background: var(--badge); font-size: 0.75rem; line-height: 1.6; }
label { display: block; margin: 0 0 0.35rem; font-weight: 600; font-size: 0.9rem; }
.search { display: flex; gap: 0.5rem; }
.search input { min-width: 0; }
input[type="text"], input[type="search"] {
  width: 100%; padding: 0.35rem 0.65rem; min-height: 2rem; font: inherit; color: inherit; background: var(--card);
  border: 1px solid var(--field); border-bottom-color: var(--edge); border-radius: 4px;
}
.code { font-family: ui-monospace, "Liberation Mono", monospace; letter-spacing: 0.15em; text-transform: uppercase; }
.field { margin: 0 0 1rem; }
.actions { display: flex; flex-wrap: wrap; gap: 0.75rem; margin-top: 1.25rem; }
.action {
  padding: 0.3rem 0.75rem; min-height: 2rem; min-width: 6rem; font: inherit; font-weight: 600; border-radius: 4px; cursor: pointer;
  border: 1px solid var(--accent); background: var(--accent); color: var(--accent-text);
}
.action:hover { background: var(--accent-hover); }
.quiet, .quiet:hover { background: var(--card); color: var(--text); border-color: var(--field); }
.quiet:hover { background: var(--hover); }
.alert { margin: 0.75rem 0 1rem; padding: 0.75rem 1rem; border: 1px solid var(--warn-line); border-radius: 4px; background: var(--warn-back); color: var(--warn); overflow-wrap: anywhere; }
.facts { display: grid; grid-template-columns: max-content 1fr; gap: 0.25rem 1rem; margin: 1rem 0 0; font-size: 0.85rem; }
.facts dt { color: var(--soft); } .facts dd { margin: 0; overflow-wrap: anywhere; }
a { color: var(--link); }
.next { margin: 1.25rem 0 0; }
:focus-visible { outline: 2px solid var(--focus); outline-offset: 2px; }
footer { max-width: 27.5rem; padding: 0 1rem; text-align: center; color: var(--soft); font-size: 0.8rem; }
@media (max-width: 30rem) {
  body { padding: 0; justify-content: flex-start; background: var(--card); }
  main { padding: 1.25rem; border: 0; border-radius: 0; box-shadow: none; }
  footer { padding-bottom: 1.5rem; }
}
`;
