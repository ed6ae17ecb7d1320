/** What the site makes of Markdown that is written to be read in the repository as well. */
import { relative, sep } from 'node:path';
import type { MarkdownOptions } from 'vitepress';
import { groupBlocks } from './blocks.ts';
import { siteLinkOf, slugOf } from './links.ts';
import type { LinkPlaces } from './links.ts';

/** What VitePress hands to its rules. */
interface Environment {
  /** Of the file that is read, absolute. The search index has it as `path` alone. */
  readonly realPath?: string;
  readonly path: string;
}

/** Colours come from `style.css` by class: the policy of the server lets no style attributes in. */
const CODE_THEME = {
  name: 'by-class',
  fg: 'token-text',
  bg: 'token-background',
  settings: [
    { scope: ['comment', 'punctuation.definition.comment'], settings: { foreground: 'token-comment' } },
    { scope: ['string', 'markup.inline.raw'], settings: { foreground: 'token-string' } },
    {
      scope: ['constant', 'support.constant', 'variable.language', 'constant.numeric'],
      settings: { foreground: 'token-constant' },
    },
    { scope: ['keyword', 'storage', 'variable.parameter.option'], settings: { foreground: 'token-keyword' } },
    {
      scope: ['entity.name.function', 'support.function', 'entity.name.command'],
      settings: { foreground: 'token-function' },
    },
    {
      scope: ['support.type.property-name', 'entity.name.tag', 'entity.name.type', 'support.class'],
      settings: { foreground: 'token-name' },
    },
  ],
} as const;

export function markdownOptions(root: string, places: LinkPlaces): MarkdownOptions {
  return {
    anchor: { slugify: slugOf },
    // Addresses in the text are examples.
    linkify: false,
    theme: CODE_THEME as unknown as NonNullable<MarkdownOptions['theme']>,
    codeTransformers: [
      { name: 'classes-for-styles', span: styleToClass, pre: (node) => void delete node.properties['style'] },
    ],
    config: (md) => {
      md.core.ruler.before('normalize', 'group-blocks', (state) => void (state.src = groupBlocks(state.src)));
      md.core.ruler.push('site-links', (state) => {
        const { realPath, path } = state.env as Environment;
        const file = relative(root, realPath ?? path).replaceAll(sep, '/');
        for (const token of state.tokens.flatMap(({ children }) => children ?? [])) {
          const href = token.type === 'link_open' ? token.attrGet('href') : null;
          if (href !== null) token.attrSet('href', siteLinkOf(href, file, places));
        }
      });
    },
  };
}

interface Span {
  readonly properties: Record<string, unknown>;
}

function styleToClass(node: Span): void {
  const { style } = node.properties;
  if (typeof style !== 'string') return;
  const names = style.match(/token-\w+/g) ?? [];
  delete node.properties['style'];
  if (names.length > 0) node.properties['class'] = names;
}
