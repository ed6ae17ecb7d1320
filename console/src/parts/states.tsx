/** What stands where data would be: while it loads, when there is none, when it could not be had. */
import {
  Button,
  Link,
  makeStyles,
  MessageBar,
  MessageBarActions,
  MessageBarBody,
  MessageBarTitle,
  Skeleton,
  SkeletonItem,
  Text,
  tokens,
} from '@fluentui/react-components';
import { DismissRegular } from '@fluentui/react-icons/svg/dismiss';
import type { ReactNode } from 'react';
import { RequestProblem } from '../api/request.ts';
import { texts } from '../texts.ts';
import { useExplained } from './use-explained.ts';

const useStyles = makeStyles({
  empty: {
    display: 'flex',
    flexDirection: 'column',
    alignItems: 'center',
    textAlign: 'center',
    gap: tokens.spacingVerticalM,
    padding: `${tokens.spacingVerticalXXXL} ${tokens.spacingHorizontalL}`,
  },
  emptyText: { maxWidth: '52ch', textWrap: 'balance', textAlign: 'center', color: tokens.colorNeutralForeground2 },
  rows: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalM, padding: tokens.spacingVerticalM },
  list: { margin: 0, paddingInlineStart: tokens.spacingHorizontalL },
  message: { flexShrink: 0 },
});

export interface EmptyProps {
  readonly title: string;
  /** What to do about it. */
  readonly children: ReactNode;
  readonly action?: ReactNode;
}

export function Empty({ title, children, action }: EmptyProps) {
  const styles = useStyles();
  return (
    <div className={styles.empty}>
      <Text as="h2" size={500} weight="semibold">
        {title}
      </Text>
      <Text className={styles.emptyText}>{children}</Text>
      {action}
    </div>
  );
}

/** Placeholder rows, about as high as the data, so that the layout does not jump. */
export function Loading({ rows = 8 }: { readonly rows?: number }) {
  const styles = useStyles();
  return (
    <Skeleton aria-label={texts.states.loading} className={styles.rows}>
      {Array.from({ length: rows }, (_, index) => (
        <SkeletonItem key={index} size={24} />
      ))}
    </Skeleton>
  );
}

export interface FailureProps {
  readonly problem: unknown;
  readonly onRetry?: () => void;
  readonly onDismiss?: () => void;
}

/** What happened, in the words of the server, with all it says beside and the id that the journal and the log know it by. */
export function Failure({ problem, onRetry, onDismiss }: FailureProps) {
  const styles = useStyles();
  const { reasons, entry } = useExplained(problem);
  const known = problem instanceof RequestProblem ? problem : undefined;
  const title = known === undefined ? texts.states.broken : known.status === 0 ? texts.states.unreachable : known.code;
  const others = (known?.fields ?? []).filter(({ field }) => !reasons.some((text) => text.includes(field)));
  const more = [...reasons, ...others.map(({ field, message }) => `${field}: ${message}`)];
  const said = known?.status === 0 ? texts.states.unreachableHint : describe(problem);
  return (
    <MessageBar intent="error" layout="multiline" className={styles.message} role="alert">
      <MessageBarBody>
        <MessageBarTitle>{title}</MessageBarTitle>
        {said !== title && said}
        {more.length > 0 && (
          <ul className={styles.list}>
            {more.map((text) => (
              <li key={text}>{text}</li>
            ))}
          </ul>
        )}
        {known?.requestId !== undefined && <div>{texts.states.requestId(known.requestId)}</div>}
        {entry !== undefined && (
          // In a tab of its own, with the session of this one: what a form holds stays.
          <Link href={`/console/journal?open=${entry.id}`} target="_blank" rel="opener">
            {texts.states.journal}
          </Link>
        )}
      </MessageBarBody>
      {(onRetry ?? onDismiss) !== undefined && (
        <MessageBarActions
          {...(onDismiss !== undefined && {
            containerAction: (
              <Button
                appearance="transparent"
                icon={<DismissRegular />}
                aria-label={texts.actions.close}
                onClick={onDismiss}
              />
            ),
          })}
        >
          {onRetry !== undefined && <Button onClick={onRetry}>{texts.actions.retry}</Button>}
        </MessageBarActions>
      )}
    </MessageBar>
  );
}

function describe(problem: unknown): string {
  return problem instanceof Error ? problem.message : String(problem);
}
