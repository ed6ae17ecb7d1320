/** The frame of a page: its heading, what can be done on it, its content. */
import { makeStyles, Title2, tokens } from '@fluentui/react-components';
import { useEffect } from 'react';
import type { ReactNode } from 'react';
import { texts } from '../texts.ts';

const useStyles = makeStyles({
  page: {
    display: 'flex',
    flexDirection: 'column',
    gap: tokens.spacingVerticalL,
    minHeight: '100%',
    maxWidth: '1680px',
    marginInline: 'auto',
    padding: `${tokens.spacingVerticalXL} ${tokens.spacingHorizontalXXL} ${tokens.spacingVerticalXXXL}`,
    '@media (max-width: 640px)': { padding: tokens.spacingVerticalL },
  },
  head: { display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: tokens.spacingHorizontalM },
  words: {
    flexGrow: 1,
    minWidth: 'min(100%, 280px)',
    display: 'flex',
    flexDirection: 'column',
    gap: tokens.spacingVerticalXXS,
  },
  lead: { color: tokens.colorNeutralForeground2, maxWidth: '90ch' },
  actions: {
    display: 'flex',
    flexWrap: 'wrap',
    gap: tokens.spacingHorizontalS,
    '@media (max-width: 640px)': { width: '100%' },
  },
});

export interface PageProps {
  readonly title: string;
  /** One sentence: what the page is for. */
  readonly lead?: ReactNode;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}

export function Page({ title, lead, actions, children }: PageProps) {
  const styles = useStyles();
  useEffect(() => {
    document.title = `${title} · ${texts.product}`;
  }, [title]);
  return (
    <div className={styles.page}>
      <header className={styles.head}>
        <div className={styles.words}>
          <Title2 as="h1">{title}</Title2>
          {lead !== undefined && <span className={styles.lead}>{lead}</span>}
        </div>
        {actions !== undefined && <div className={styles.actions}>{actions}</div>}
      </header>
      {children}
    </div>
  );
}
