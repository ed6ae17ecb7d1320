/** The control API of a running sandbox, over HTTP. */
import { CONTROL_ROOT } from '../../lib/control-root.ts';
import type { CallControl, ControlCall } from '../../library/call-control.ts';
import { createSandbox } from '../../library/sandbox.ts';
import type { Sandbox } from '../../library/server.ts';
import { callRemote } from './call-remote.ts';
import { readServerEvents } from './server-events.ts';
import type { ServerEvent } from './server-events.ts';
import { findControlToken, findTarget } from './target.ts';
import type { ServerPlace, TargetFlags } from './target.ts';

export interface Control {
  /** The methods that programs have. */
  readonly sandbox: Sandbox;
  /** What has no method. @throws ControlRefusal, UnreachableError */
  readonly call: CallControl;
  /** Events as they come, until the server ends them. @throws ControlRefusal, UnreachableError */
  listen(call: ControlCall): AsyncGenerator<ServerEvent>;
}

/** Sends nothing yet. @throws UnreachableError when it is not known which server is meant, or its token */
export function connect(place: ServerPlace, flags: TargetFlags): Control {
  const { call, stream } = callRemote(findTarget(place, flags), {
    name: 'control',
    root: CONTROL_ROOT,
    startFlag: '--sandbox',
    findToken: () => findControlToken(place, flags),
  });
  return {
    sandbox: createSandbox(call, async () => {}),
    call,
    listen: (order) => readServerEvents(stream(order)),
  };
}
