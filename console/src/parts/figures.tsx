/** A few numbers that say how something stands. */
import { makeStyles, mergeClasses, Text, tokens } from '@fluentui/react-components';
import { Link } from '@tanstack/react-router';
import type { LinkProps } from '@tanstack/react-router';

const useStyles = makeStyles({
  // The last line is as wide as the others, however many are in it.
  figures: { display: 'flex', flexWrap: 'wrap', gap: tokens.spacingHorizontalM },
  figure: {
    flex: '1 1 140px',
    display: 'flex',
    flexDirection: 'column',
    padding: tokens.spacingVerticalM,
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    borderRadius: tokens.borderRadiusLarge,
    color: tokens.colorNeutralForeground1,
  },
  small: { flexBasis: '104px' },
  link: {
    textDecorationLine: 'none',
    ':hover': { backgroundColor: tokens.colorSubtleBackgroundHover },
    ':focus-visible': { outline: `2px solid ${tokens.colorStrokeFocus2}` },
  },
  label: { color: tokens.colorNeutralForeground2 },
  bad: { color: tokens.colorPaletteRedForeground1 },
});

/** A number; a longer text is smaller, to stay on one line. */
const SHORT = 8;

export interface Figure {
  readonly label: string;
  readonly value: string;
  readonly hint?: string | undefined;
  /** Whether someone should do something about it. */
  readonly isBad?: boolean;
  readonly to?: LinkProps['to'];
}

export interface FiguresProps {
  readonly figures: readonly Figure[];
  /** Whether all have few digits. */
  readonly isSmall?: boolean;
}

export function Figures({ figures, isSmall = false }: FiguresProps) {
  const styles = useStyles();
  const className = mergeClasses(styles.figure, isSmall && styles.small);
  return (
    <div className={styles.figures}>
      {figures.map(({ to, ...figure }) =>
        to === undefined ? (
          <div key={figure.label} className={className}>
            <Content {...figure} />
          </div>
        ) : (
          <Link key={figure.label} to={to} className={mergeClasses(className, styles.link)}>
            <Content {...figure} />
          </Link>
        ),
      )}
    </div>
  );
}

function Content({ label, value, hint, isBad = false }: Omit<Figure, 'to'>) {
  const styles = useStyles();
  return (
    <>
      <Text size={value.length > SHORT ? 500 : 600} weight="semibold" className={mergeClasses(isBad && styles.bad)}>
        {value}
      </Text>
      <Text className={styles.label}>{label}</Text>
      {hint !== undefined && (
        <Text size={200} className={styles.label}>
          {hint}
        </Text>
      )}
    </>
  );
}
