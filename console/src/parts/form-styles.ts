/** How the fields of a form stand together, where it is part of a page. */
import { makeStyles, tokens } from '@fluentui/react-components';

const NARROW = '@media (max-width: 640px)';

export const useFormStyles = makeStyles({
  /** Below each other, and no wider than what people read at a glance. */
  form: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalM, maxWidth: '720px' },
  fields: {
    display: 'grid',
    gridTemplateColumns: 'repeat(auto-fill, minmax(min(100%, 220px), 1fr))',
    gap: tokens.spacingHorizontalM,
    alignItems: 'start',
    // A select is as narrow as its place, however long its choices are.
    '& > *': { minWidth: 0, gridTemplateColumns: 'minmax(0, 1fr)' },
    '& select': { minWidth: 0, textOverflow: 'ellipsis' },
  },
  /** A field, and the button that goes with it. */
  line: { display: 'flex', flexWrap: 'wrap', gap: tokens.spacingHorizontalS, alignItems: 'start' },
  lineField: { flexGrow: 1, minWidth: 'min(100%, 200px)', maxWidth: '420px', [NARROW]: { maxWidth: 'none' } },
  // Below the height of the label.
  besideInput: { marginTop: '26px', [NARROW]: { marginTop: 0 } },
});
