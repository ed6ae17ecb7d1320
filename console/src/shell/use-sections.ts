/** The pages that a person is shown: on a server without the sandbox not those of it, and learners only their own. */
import { useIsLearner } from '../api/session.ts';
import { useSandbox } from '../api/status.ts';
import { MY_PATH, SECTION_GROUPS } from './sections.ts';
import type { Section, SectionGroup } from './sections.ts';

export function useSectionGroups(): readonly SectionGroup[] {
  const isSandbox = useSandbox() !== null;
  const isLearner = useIsLearner();
  const isShown = ({ path, isOfSandbox = false }: Section): boolean =>
    isLearner ? path === MY_PATH : isSandbox || !isOfSandbox;
  return SECTION_GROUPS.map(({ label, sections }) => ({ label, sections: sections.filter(isShown) })).filter(
    ({ sections }) => sections.length > 0,
  );
}
