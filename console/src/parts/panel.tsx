/** A framed part of a page with a heading of its own. */
import { makeStyles, mergeClasses, Subtitle2, tokens } from '@fluentui/react-components';
import type { ReactNode } from 'react';

const useStyles = makeStyles({
  panel: {
    display: 'flex',
    flexDirection: 'column',
    gap: tokens.spacingVerticalM,
    minWidth: 0,
    padding: tokens.spacingVerticalL,
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    borderRadius: tokens.borderRadiusLarge,
    backgroundColor: tokens.colorNeutralBackground1,
  },
});

export interface PanelProps {
  readonly title?: string;
  readonly children: ReactNode;
  readonly className?: string;
}

export function Panel({ title, children, className }: PanelProps) {
  const styles = useStyles();
  return (
    <section className={mergeClasses(styles.panel, className)}>
      {title !== undefined && <Subtitle2 as="h2">{title}</Subtitle2>}
      {children}
    </section>
  );
}
