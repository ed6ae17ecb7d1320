/** Looks at a page that is open with axe-core, whose rules are those of WCAG and of good practice. */
import axe from 'axe-core';
import type { Page } from 'playwright-core';

export interface Violation {
  /** Of the rule. */
  readonly id: string;
  /** The elements that break it. */
  readonly html: readonly string[];
}

/** Selectors. */
interface LookedAt {
  readonly include?: string;
  readonly exclude?: string;
}

/**
 * Put into the page once, however often it is looked at: half a megabyte. What passes is not described, which takes longer
 * than to find what does not.
 */
export async function listViolations(page: Page, part: LookedAt = {}): Promise<readonly Violation[]> {
  if (!(await page.evaluate<boolean>("typeof axe === 'object'"))) await page.evaluate(axe.source);
  const { include = 'html', exclude = [] } = part;
  const context = { include: [include], exclude: [exclude].flat() };
  return page.evaluate<readonly Violation[]>(
    `axe.run(${JSON.stringify(context)}, { resultTypes: ['violations'] }).then(({ violations }) =>
      violations.map(({ id, nodes }) => ({ id, html: nodes.map(({ html }) => html) })))`,
  );
}

/** Whether something has to be scrolled to sideways. */
export async function isTooWide(page: Page): Promise<boolean> {
  return page.evaluate<boolean>(
    "[document.documentElement, document.querySelector('main')].some((part) => part !== null && part.scrollWidth > part.clientWidth)",
  );
}
