import { Button, Field, Input, makeStyles, Text, tokens } from '@fluentui/react-components';
import { Panel } from '../parts/panel.tsx';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { SubmitEvent } from 'react';
import type { ClockDescription } from '../../../src/library/control-types.ts';
import { control } from '../api/server.ts';
import { useSession } from '../api/session.ts';
import { Facts } from '../parts/facts.tsx';
import { useFormStyles } from '../parts/form-styles.ts';
import { formatInstant, formatNumber } from '../parts/format.ts';
import { Failure, Loading } from '../parts/states.tsx';
import { pageTexts } from '../page-texts.ts';
import { useChange } from './use-change.ts';

const useStyles = makeStyles({
  columns: {
    display: 'grid',
    gridTemplateColumns: 'repeat(auto-fit, minmax(min(100%, 380px), 1fr))',
    gap: tokens.spacingHorizontalL,
    alignItems: 'start',
  },
  stack: { display: 'flex', flexDirection: 'column', gap: tokens.spacingHorizontalL },
  // On one line, also on a phone.
  time: { fontVariantNumeric: 'tabular-nums', '@media (max-width: 480px)': { fontSize: tokens.fontSizeBase500 } },
});

const STEPS = ['PT1M', 'PT1H', 'P1D', 'P7D', 'P30D'] as const;
const REFRESH_MS = 1_000;

export function Clock() {
  const styles = useStyles();
  const formStyles = useFormStyles();
  const isViewer = useSession()?.role === 'viewer';
  const change = useChange();
  const [at, setAt] = useState('');
  const [seed, setSeed] = useState('');
  const { data, error } = useQuery({
    queryKey: ['sandbox', 'clock'],
    queryFn: () => control<ClockDescription>('/clock'),
    refetchInterval: REFRESH_MS,
  });
  const setClock = (body: unknown): void => change.mutate({ path: '/clock', method: 'PATCH', body });
  const seedIds = (event: SubmitEvent): void => {
    event.preventDefault();
    change.mutate({ path: '/ids', method: 'PUT', body: { seed: seed.trim() === '' ? null : seed.trim() } });
  };
  if (data === undefined) return error === null ? <Loading rows={4} /> : <Failure problem={error} />;
  const instant = at === '' ? '' : new Date(at).toISOString();
  return (
    <>
      {change.error !== null && <Failure problem={change.error} />}
      <div className={styles.columns}>
        <div className={styles.stack}>
          <Panel title={pageTexts.clock.now}>
            <Text size={700} weight="semibold" className={styles.time}>
              {formatInstant(data.now)}
            </Text>
            <Facts
              facts={[
                [pageTexts.clock.mode, pageTexts.clock.modes[data.mode]],
                [pageTexts.clock.factor, pageTexts.clock.factorOf(formatNumber(data.factor))],
              ]}
            />
            {!isViewer && (
              <div className={formStyles.line}>
                <Button onClick={() => setClock({ mode: 'frozen' })} disabled={data.mode === 'frozen'}>
                  {pageTexts.clock.freeze}
                </Button>
                <Button onClick={() => setClock({ mode: 'real' })} disabled={data.mode === 'real'}>
                  {pageTexts.clock.real}
                </Button>
                <Button onClick={() => setClock({ factor: 60 })}>{pageTexts.clock.faster}</Button>
              </div>
            )}
          </Panel>
          {!isViewer && (
            <Panel title={pageTexts.clock.move}>
              <div className={formStyles.line}>
                {STEPS.map((by) => (
                  <Button
                    key={by}
                    onClick={() => change.mutate({ path: '/clock/advance', method: 'POST', body: { by } })}
                  >
                    {pageTexts.clock.steps[by]}
                  </Button>
                ))}
              </div>
              <Field label={pageTexts.clock.at}>
                <Input type="datetime-local" value={at} onChange={(_, { value }) => setAt(value)} />
              </Field>
              <div className={formStyles.line}>
                <Button disabled={at === ''} onClick={() => setClock({ frozenAt: instant })}>
                  {pageTexts.clock.freezeThere}
                </Button>
                <Button disabled={at === ''} onClick={() => setClock({ now: instant })}>
                  {pageTexts.clock.runFrom}
                </Button>
              </div>
            </Panel>
          )}
        </div>
        {!isViewer && (
          <Panel title={pageTexts.ids.title}>
            <Text>{pageTexts.ids.lead}</Text>
            <form className={formStyles.line} onSubmit={seedIds}>
              <Field className={formStyles.lineField} label={pageTexts.ids.seed} hint={pageTexts.ids.seedHint}>
                <Input value={seed} onChange={(_, { value }) => setSeed(value)} />
              </Field>
              <Button type="submit" className={formStyles.besideInput}>
                {pageTexts.ids.submit}
              </Button>
            </form>
          </Panel>
        )}
      </div>
    </>
  );
}
