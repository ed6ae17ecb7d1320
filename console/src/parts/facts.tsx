/** Names with values, below each other. */
import { makeStyles, tokens } from '@fluentui/react-components';
import type { ReactNode } from 'react';

const useStyles = makeStyles({
  list: {
    display: 'grid',
    gridTemplateColumns: 'fit-content(200px) minmax(0, 1fr)',
    gap: `${tokens.spacingVerticalS} ${tokens.spacingHorizontalL}`,
    margin: 0,
    '@media (max-width: 480px)': { gridTemplateColumns: 'minmax(0, 1fr)', rowGap: 0 },
  },
  name: {
    color: tokens.colorNeutralForeground2,
    '@media (max-width: 480px)': {
      fontSize: tokens.fontSizeBase200,
      marginTop: tokens.spacingVerticalS,
      ':first-child': { marginTop: 0 },
    },
  },
  value: { margin: 0, overflowWrap: 'anywhere' },
});

export type Fact = readonly [name: string, value: ReactNode];

/** Names with values; those without a value are left out. */
export function Facts({ facts }: { readonly facts: readonly Fact[] }) {
  const styles = useStyles();
  return (
    <dl className={styles.list}>
      {facts
        .filter(([, value]) => value !== undefined && value !== null && value !== '')
        .flatMap(([name, value]) => [
          <dt key={`${name} name`} className={styles.name}>
            {name}
          </dt>,
          <dd key={name} className={styles.value}>
            {value}
          </dd>,
        ])}
    </dl>
  );
}
