/** Why a request was refused, in words, with the row of the documentation that says so. */
import { Badge, makeStyles, Text, tokens } from '@fluentui/react-components';
import type { JournalRefusal } from '../../../src/library/control-types.ts';
import { pageTexts } from '../page-texts.ts';
import { Facts } from './facts.tsx';

const useStyles = makeStyles({
  block: {
    display: 'flex',
    flexDirection: 'column',
    gap: tokens.spacingVerticalS,
    padding: tokens.spacingVerticalM,
    borderRadius: tokens.borderRadiusMedium,
    borderLeft: `4px solid ${tokens.colorPaletteRedBorderActive}`,
    backgroundColor: tokens.colorNeutralBackground3,
  },
  list: { margin: 0, paddingInlineStart: tokens.spacingHorizontalL },
});

export function Refusal({ refusal }: { readonly refusal: JournalRefusal }) {
  const styles = useStyles();
  return (
    <div className={styles.block}>
      <div>
        <Badge appearance="tint" color="danger">
          {refusal.id === undefined ? refusal.row : `${refusal.id} · ${refusal.row}`}
        </Badge>
      </div>
      {refusal.message !== undefined && <Text weight="semibold">{refusal.message}</Text>}
      <List items={refusal.reasons} />
      <List items={refusal.fields.map(({ target, message }) => `${target}: ${message}`)} />
      {refusal.nearMisses.length > 0 && (
        <>
          <Text weight="semibold">{pageTexts.refusal.nearMisses}</Text>
          <List items={refusal.nearMisses} />
        </>
      )}
      <Facts
        facts={[
          [pageTexts.refusal.when, refusal.when],
          [pageTexts.refusal.detail, refusal.detail],
          ...Object.entries(refusal.explanation).map(
            ([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)] as const,
          ),
        ]}
      />
    </div>
  );
}

function List({ items }: { readonly items: readonly string[] }) {
  const styles = useStyles();
  if (items.length === 0) return null;
  return (
    <ul className={styles.list}>
      {items.map((item) => (
        <li key={item}>{item}</li>
      ))}
    </ul>
  );
}
