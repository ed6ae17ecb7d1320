import { makeStyles, mergeClasses, Text, tokens } from '@fluentui/react-components';
import { Link } from '@tanstack/react-router';
import { useSectionGroups } from './use-sections.ts';

const useStyles = makeStyles({
  groups: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalL, padding: tokens.spacingVerticalM },
  label: {
    display: 'block',
    padding: `0 ${tokens.spacingHorizontalM} ${tokens.spacingVerticalXS}`,
    color: tokens.colorNeutralForeground2,
  },
  list: { listStyleType: 'none', margin: 0, padding: 0, display: 'flex', flexDirection: 'column', gap: '2px' },
  link: {
    display: 'flex',
    alignItems: 'center',
    gap: tokens.spacingHorizontalM,
    padding: `${tokens.spacingVerticalSNudge} ${tokens.spacingHorizontalM}`,
    borderRadius: tokens.borderRadiusMedium,
    color: tokens.colorNeutralForeground1,
    textDecorationLine: 'none',
    borderLeft: '3px solid transparent',
    ':hover': { backgroundColor: tokens.colorNeutralBackground2Hover },
    ':focus-visible': { outline: `2px solid ${tokens.colorStrokeFocus2}` },
  },
  current: {
    fontWeight: tokens.fontWeightSemibold,
    backgroundColor: tokens.colorNeutralBackground2Selected,
    borderLeftColor: tokens.colorBrandStroke1,
  },
  icon: { fontSize: '20px', display: 'inline-flex' },
});

export function Navigation() {
  const styles = useStyles();
  return (
    <div className={styles.groups}>
      {useSectionGroups().map(({ label, sections }) => (
        <section key={label} aria-label={label}>
          <Text size={200} weight="semibold" className={styles.label}>
            {label}
          </Text>
          <ul className={styles.list}>
            {sections.map(({ path, label: name, icon: Icon }) => (
              <li key={path}>
                <Link
                  to={path}
                  className={styles.link}
                  activeProps={{ className: mergeClasses(styles.link, styles.current) }}
                  activeOptions={{ exact: path === '/', includeSearch: false }}
                >
                  <Icon className={styles.icon} />
                  {name}
                </Link>
              </li>
            ))}
          </ul>
        </section>
      ))}
    </div>
  );
}
