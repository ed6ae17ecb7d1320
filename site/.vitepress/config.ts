/** How the site is built: `npm run build:site` makes `dist/site/`, which the server serves at /docs. */
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { defineConfig } from 'vitepress';
import type { DefaultTheme } from 'vitepress';
import { markdownOptions } from '../markdown.ts';
import { SECTIONS, sitePathOf } from '../pages.ts';
import type { ReaderSection } from '../pages.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const OUT = join(ROOT, 'dist', 'site');
const BASE = '/docs/';

const { repository } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
  readonly repository: { readonly url: string };
};
const files = [
  'docs/index.md',
  ...SECTIONS.flatMap(({ pages }) => pages.map(({ file }) => file)),
  ...readdirSync(join(ROOT, 'docs', 'decisions')).map((name) => `docs/decisions/${name}`),
];

function linkOf(file: string): string {
  return `/${sitePathOf(file)
    .replace(/(^|\/)index\.md$/, '$1')
    .replace(/\.md$/, '')}`;
}

const decisions = { text: 'Decisions', link: '/decisions/' };

/** Each page holds its sidebar: it has all pages of its own section, and of every other the first. */
function sidebarOf(own: ReaderSection | undefined): DefaultTheme.SidebarItem[] {
  return [
    { text: 'Index', link: '/' },
    ...SECTIONS.map(({ title, pages }) => {
      const items = pages.map(({ file, title: text }) => ({ text, link: linkOf(file) }));
      return own?.title === title ? { text: title, items } : { text: title, link: items[0]?.link ?? '/' };
    }),
    decisions,
  ];
}

const sidebar: DefaultTheme.SidebarMulti = {
  ...Object.fromEntries(
    SECTIONS.flatMap((section) => section.pages.map(({ file }) => [linkOf(file), sidebarOf(section)])),
  ),
  '/': sidebarOf(undefined),
};

/** Scripts within pages, by what they say: files, because the policy of the server lets no others run. */
const inlineScripts = new Map<string, string>();

function nameScript(code: string): string {
  const hash = createHash('sha256').update(code).digest('hex').slice(0, 8);
  inlineScripts.set(`assets/inline.${hash}.js`, code);
  return `${BASE}assets/inline.${hash}.js`;
}

export default defineConfig({
  title: 'Vivarium',
  description: "Microsoft Graph's employee learning API on a database of your own",
  base: BASE,
  srcDir: '../',
  outDir: OUT,
  cacheDir: join(ROOT, 'node_modules', '.cache', 'vitepress'),
  cleanUrls: true,
  // The pages are docs/, site/ and the documents at the root.
  srcExclude: [
    '**/node_modules/**',
    '{acceptance,bench,console,deploy,dist,profiles,scripts,seeds,src,test}/**',
    'AGENTS.md',
  ],
  additionalConfig: {},
  rewrites: sitePathOf,
  appearance: { disableTransition: false },
  markdown: markdownOptions(ROOT, {
    pages: new Set(files),
    repositoryUrl: repository.url.replace(/^git\+|\.git$/g, ''),
  }),
  head: [['link', { rel: 'icon', href: `${BASE}icon.svg` }]],
  themeConfig: {
    logo: '/icon.svg',
    notFound: { title: 'Page not found', quote: 'No document has this address.', linkText: 'Go to the index' },
    nav: [
      { text: 'Start', link: '/readme' },
      { text: 'Index', link: '/' },
    ],
    sidebar,
    outline: { level: [2, 3] },
    search: { provider: 'local' },
    externalLinkIcon: true,
  },
  vite: {
    logLevel: 'warn',
    build: { assetsInlineLimit: 0, chunkSizeWarningLimit: 2_000 },
    publicDir: join(ROOT, 'console', 'public'),
  },
  transformHtml: (html, file) => {
    const page = html
      .replaceAll(
        /<script(?: id="[\w-]+")?>([^]*?)<\/script>/g,
        (_, code) => `<script src="${nameScript(code)}"></script>`,
      )
      // The theme has two style attributes: style.css says the first, and a script of the theme sets the second again.
      .replaceAll(/ style="(position:relative|--vp-vh:0px);"/g, '');
    const refused = /<script(?![^>]* src=)[^>]*>|<style|<[^>]* (?:style|on\w+)=/.exec(page);
    if (refused !== null) throw new Error(`${file}: the policy of the server refuses ${refused[0]}`);
    return page;
  },
  buildEnd: () => {
    mkdirSync(join(OUT, 'assets'), { recursive: true });
    for (const [name, code] of inlineScripts) writeFileSync(join(OUT, name), code);
  },
});
