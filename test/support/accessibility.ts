/** Looks at a page that is open with axe-core, whose rules are those of WCAG and of good practice. */
import axe from 'axe-core';
import type { Page } from 'playwright-core';

export interface Violation {
  /** Of the rule. */
  readonly id: string;
  /** The elements that break it. */
  readonly html: readonly string[];
}

/**
 * Put into the page once, however often it is looked at: half a megabyte. What passes is not described, which takes longer
 * than to find what does not.
 * @param exclude a selector of what is left out
 */
export async function listViolations(page: Page, exclude?: string): Promise<readonly Violation[]> {
  if (!(await page.evaluate<boolean>("typeof axe === 'object'"))) await page.evaluate(axe.source);
  const context = exclude === undefined ? 'document' : JSON.stringify({ exclude: [exclude] });
  return page.evaluate<readonly Violation[]>(
    `axe.run(${context}, { resultTypes: ['violations'] }).then(({ violations }) =>
      violations.map(({ id, nodes }) => ({ id, html: nodes.map(({ html }) => html) })))`,
  );
}

/** Whether something has to be scrolled to sideways. */
export async function isTooWide(page: Page): Promise<boolean> {
  return page.evaluate<boolean>(
    "[document.documentElement, document.querySelector('main')].some((part) => part !== null && part.scrollWidth > part.clientWidth)",
  );
}
