/** Links of the documents as the site needs them: they are written for a reader of the repository. */
import { posix } from 'node:path';
import { sitePathOf } from './pages.ts';

const DECISIONS = 'docs/decisions';

export interface LinkPlaces {
  /** Files that are pages of the site, from the root of the project. */
  readonly pages: ReadonlySet<string>;
  /** Where readers find all other files. */
  readonly repositoryUrl: string;
}

/** @param file the document that has the link, from the root of the project */
export function siteLinkOf(href: string, file: string, { pages, repositoryUrl }: LinkPlaces): string {
  if (/^([a-z]+:|#|\/)/i.test(href)) return href;
  const [path = '', heading] = href.split('#');
  const target = posix.join(posix.dirname(file), decodeURIComponent(path)).replace(/\/$/, '');
  const anchor = heading === undefined ? '' : `#${heading}`;
  if (target === DECISIONS) return `/decisions/${anchor}`;
  if (pages.has(target)) return `/${sitePathOf(target)}${anchor}`;
  return `${repositoryUrl}/blob/main/${target}${anchor}`;
}

/** The anchor of a heading, as pages of a repository have it. */
export function slugOf(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');
}
