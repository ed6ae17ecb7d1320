/** What makes the server answer otherwise than usual, on every page, with a way to end it. */
import { Button, makeStyles, MessageBar, MessageBarActions, MessageBarBody, tokens } from '@fluentui/react-components';
import { useMutation } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { setActionProblem, SHOWN_ABOVE, useActionProblem } from '../api/action-problem.ts';
import { control, forgetTokens } from '../api/server.ts';
import { useRefreshAll, useSandbox } from '../api/status.ts';
import { formatInstant } from '../parts/format.ts';
import { Failure } from '../parts/states.tsx';
import { texts } from '../texts.ts';

const useStyles = makeStyles({
  bars: { display: 'flex', flexDirection: 'column', gap: '1px' },
  bar: { borderRadius: 0, borderInlineWidth: 0, borderTopWidth: 0 },
  link: { color: tokens.colorBrandForegroundLink },
});

export function Banner() {
  return (
    <>
      <ActionProblem />
      <Unusual />
    </>
  );
}

function ActionProblem() {
  const problem = useActionProblem();
  if (problem === undefined) return null;
  return <Failure problem={problem} onDismiss={() => setActionProblem(undefined)} />;
}

function Unusual() {
  const styles = useStyles();
  const sandbox = useSandbox();
  const refresh = useRefreshAll();
  const reset = useMutation({
    meta: SHOWN_ABOVE,
    mutationFn: () => control('/clock', { method: 'PATCH', body: { mode: 'real' } }),
    onSuccess: async () => {
      forgetTokens();
      await refresh();
    },
  });
  if (sandbox === undefined || sandbox === null) return null;
  const { clock, faults, limits } = sandbox;
  return (
    <div className={styles.bars} aria-live="polite">
      {clock.mode !== 'real' && (
        <MessageBar intent="warning" className={styles.bar}>
          <MessageBarBody>{texts.banner.clock(clock.mode, formatInstant(clock.now), clock.factor)}</MessageBarBody>
          <MessageBarActions>
            <Button size="small" onClick={() => reset.mutate()} disabled={reset.isPending}>
              {texts.banner.realTime}
            </Button>
          </MessageBarActions>
        </MessageBar>
      )}
      {faults + limits > 0 && (
        <MessageBar intent="warning" className={styles.bar}>
          <MessageBarBody>
            {texts.banner.rules(faults, limits)}{' '}
            <Link to="/sandbox" search={{ tab: 'faults' }} className={styles.link}>
              {texts.banner.show}
            </Link>
          </MessageBarBody>
        </MessageBar>
      )}
    </div>
  );
}
